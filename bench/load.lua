-- What wrk sends, and the one line that it says at the end.
--   wrk ... -s load.lua URL -- get
--   wrk ... -s load.lua URL -- post BODY   BODY's NAME is unique in each request
--   wrk ... -s load.lua URL -- crowd BODY   the same, each as if a proxy had it
--       from an address of its own
--   wrk ... -s load.lua URL -- list FILE   lines "path token", one after the other
--   wrk ... -s load.lua URL -- form BASIC BODY [FILE]   a form of the client whose
--       "id:secret" in Base64 BASIC is, BODY followed by a line of FILE, one after
--       the other
--   wrk ... -s load.lua URL -- spend BASIC BODY FILE   the same, but a line is good
--       for one request: at their end BODY is sent alone, to be refused

local kind, requests, sent = nil, {}, 0
local head, tail, tag, spent

local function read_body(name)
	local file = assert(io.open(name, "r"))
	local body = file:read("*a")
	file:close()
	head, tail = body:match("^(.*)NAME(.*)$")
	-- Runs after one another name their clients differently.
	file = assert(io.open("/dev/urandom", "rb"))
	tag = file:read(6):gsub(".", function(c)
		return string.format("%02x", c:byte())
	end)
	file:close()
	-- Unseeded, each run would have the same addresses.
	math.randomseed(tonumber(tag:sub(1, 8), 16))
end

local function random_address()
	return string.format("%d.%d.%d.%d", math.random(1, 223),
		math.random(0, 255), math.random(0, 255), math.random(0, 255))
end

local function read_list(name)
	for line in io.lines(name) do
		local path, token = line:match("^(%S+) (%S+)$")
		requests[#requests + 1] = wrk.format("GET", path,
			{ Authorization = "Bearer " .. token })
	end
end

local function read_forms(basic, body, name)
	local headers = {
		["Content-Type"] = "application/x-www-form-urlencoded",
		Authorization = "Basic " .. basic,
	}
	if not name then
		requests[1] = wrk.format("POST", nil, headers, body)
		return
	end
	spent = wrk.format("POST", nil, headers, body)
	for line in io.lines(name) do
		requests[#requests + 1] = wrk.format("POST", nil, headers, body .. line)
	end
end

function init(args)
	kind = args[1]
	if kind == "post" or kind == "crowd" then
		read_body(args[2])
	elseif kind == "list" then
		read_list(args[2])
	elseif kind == "form" or kind == "spend" then
		read_forms(args[2], args[3], args[4])
	else
		requests[1] = wrk.format("GET")
	end
end

function request()
	sent = sent + 1
	if kind == "post" or kind == "crowd" then
		local headers = { ["Content-Type"] = "application/json" }
		if kind == "crowd" then
			headers["X-Forwarded-For"] = random_address()
		end
		return wrk.format("POST", nil, headers,
			string.format("%s%s-%08d%s", head, tag, sent, tail))
	end
	if kind == "spend" and sent > #requests then
		return spent
	end
	return requests[(sent - 1) % #requests + 1]
end

-- Requests a second, median and 99th percentile in ms, how many answers,
-- answers with a status of 400 or more, errors of the connection.
function done(summary, latency)
	local e = summary.errors
	io.write(string.format("load %.1f %.3f %.3f %d %d %d\n",
		summary.requests / (summary.duration / 1e6),
		latency:percentile(50) / 1000, latency:percentile(99) / 1000,
		summary.requests, e.status,
		e.connect + e.read + e.write + e.timeout))
end
