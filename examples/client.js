/*
 * A client that knows the address of a protected resource and nothing else:
 * it finds the authorization server, registers itself there, sends its user to
 * log in and consent, and gets in.  To be copied and changed.
 *
 * What it has to remember while its user is away, and the steps that it shows,
 * are kept in the browser's tab.
 */
'use strict';

const here = location.origin + location.pathname;
const memory = {
  state: { steps: [] },
  load() {
    const text = sessionStorage.getItem('sample-client');
    if (text !== null)
      this.state = JSON.parse(text);
  },
  save() {
    sessionStorage.setItem('sample-client', JSON.stringify(this.state));
  },
};

/* A failure that the page shows and the person can do something about. */
class Failure extends Error {}

function insist(condition, sentence) {
  if (!condition)
    throw new Failure(sentence);
}

/* ---- The steps on the page ---- */

const $ = (selector) => document.querySelector(selector);

function show(step) {
  const item = $('#step').content.firstElementChild.cloneNode(true);
  item.classList.toggle('bad', step.bad === true);
  item.querySelector('h2').textContent = step.title;
  item.querySelector('.spec').textContent = step.spec;
  item.querySelector('.text').textContent = step.text;
  if (step.request) {
    item.querySelector('summary').textContent = step.summary;
    item.querySelector('.request').textContent = step.request;
    if (step.answer)
      item.querySelector('.answer').textContent = step.answer;
    else
      item.querySelector('.answer').remove();
  } else {
    item.querySelector('details').remove();
  }
  $('#steps').append(item);
}

/* Remember a step and show it. */
function tell(step) {
  memory.state.steps.push(step);
  memory.save();
  show(step);
}

/* Say what can be done now. */
function offer() {
  const { server, registration, tokens } = memory.state;
  const can = {
    login: registration && !tokens,
    read: registration && tokens,
    write: registration && tokens,
    refresh: tokens && tokens.refresh_token,
    revoke: tokens && server.revocation_endpoint,
    forget: registration,
  };
  for (const button of document.querySelectorAll('[data-action]'))
    button.hidden = !can[button.dataset.action];
  $('#start').hidden = Boolean(registration);
  $('#next').hidden = !registration;
  $('#next p').textContent = tokens
    ? 'The client holds a token. Try what it may do with it.'
    : 'Now it is your turn: log in, and say whether the client may.';
}

function busy(yes) {
  for (const button of document.querySelectorAll('button'))
    button.disabled = yes;
}

/* ---- Talking to servers ---- */

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/*
 * Make a request, and show it as a step.  The answer comes back as its status,
 * its headers and, where it is JSON, its data.  Steps that expect another
 * status than success name it.
 */
async function ask(step, method, url, { headers = {}, body, expect } = {}) {
  let lines = `${method} ${url}`;
  for (const [name, value] of Object.entries(headers))
    lines += `\n${name}: ${value}`;
  if (body !== undefined)
    lines += '\n\n' + (body instanceof URLSearchParams
      ? [...body].map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join('\n&')
      : pretty(body));
  let answer;
  let text;
  try {
    answer = await fetch(url, { method, headers, body, cache: 'no-store',
      credentials: 'omit', redirect: 'error' });
    text = await answer.text();
  } catch (error) {
    throw new Failure(`${step.title}: ${url} does not answer, ` +
      `or does not let other sites read its answer (${error.message}).`);
  }
  let reply = `${answer.status} ${answer.statusText}`;
  for (const name of ['content-type', 'www-authenticate', 'retry-after']) {
    if (answer.headers.has(name))
      reply += `\n${name}: ${answer.headers.get(name)}`;
  }
  if (text !== '')
    reply += `\n\n${pretty(text)}`;
  let data = null;
  try {
    data = JSON.parse(text);
  } catch {
    /* Not every answer is JSON. */
  }
  const good = expect === undefined ? answer.ok : answer.status === expect;
  const said = data && (data.error_description || data.error);
  tell({
    ...step,
    text: good ? step.text + (data && data.hello ? ` Hello ${data.hello}!` : '')
      : `The answer was ${answer.status}` + (said ? `: ${said}` : '') + '.',
    bad: !good,
    summary: `${method} ${new URL(url).pathname} answered ${answer.status}`,
    request: lines,
    answer: reply,
  });
  return { good, status: answer.status, headers: answer.headers, data };
}

/* The same, for answers that the client cannot do without. */
async function need(step, method, url, options) {
  const answer = await ask(step, method, url, options);
  insist(answer.good, `${step.title}: see the last step.`);
  return answer;
}

const form = (fields) => new URLSearchParams(
  Object.entries(fields).filter(([, value]) => value !== undefined));

/* ---- Finding the way ---- */

/* A parameter of a WWW-Authenticate header (RFC 9110 11.6.1). */
function parameter(header, name) {
  const found = new RegExp(`[\\s,]${name}="([^"]*)"`).exec(header || '');
  return found ? found[1] : undefined;
}

/* RFC 8414 3.1: the well-known name goes between host and path. */
function wellKnown(issuer, name) {
  const url = new URL(issuer);
  url.pathname = `/.well-known/${name}${url.pathname.replace(/\/$/, '')}`;
  return url.href;
}

async function discover() {
  const { state } = memory;
  const knock = await ask({
    title: 'Knock at the resource',
    spec: 'RFC 6750, RFC 9728',
    text: 'Refused, as it should be. The answer says where help is.',
  }, 'GET', state.resource, { expect: 401 });
  insist(knock.good, 'This resource does not ask for a token.');
  const challenge = knock.headers.get('www-authenticate');
  const where = parameter(challenge, 'resource_metadata');
  insist(where, 'The answer does not name the metadata of the resource.');
  state.wanted = parameter(challenge, 'scope');

  const resource = (await need({
    title: 'Read about the resource',
    spec: 'RFC 9728',
    text: 'It names the authorization server whose tokens it takes.',
  }, 'GET', where)).data;
  insist(resource && resource.resource === state.resource,
    'The metadata is about another resource.');
  insist(resource.authorization_servers && resource.authorization_servers[0],
    'The metadata names no authorization server.');
  state.scopes = resource.scopes_supported || [];

  const [issuer] = resource.authorization_servers;
  state.server = (await need({
    title: 'Read about the authorization server',
    spec: 'RFC 8414',
    text: 'Its endpoints, and what it can do.',
  }, 'GET', wellKnown(issuer, 'oauth-authorization-server'))).data;
  insist(state.server && state.server.issuer === issuer,
    'The metadata is about another server.');
}

async function register() {
  const { state } = memory;
  insist(state.server.registration_endpoint,
    'This server does not let clients register themselves.');
  state.registration = (await need({
    title: 'Register',
    spec: 'RFC 7591',
    text: 'The client has told who it is, and now has a client ID.',
  }, 'POST', state.server.registration_endpoint, {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Sample client',
      redirect_uris: [here],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: state.scopes.length > 0 ? state.scopes.join(' ') : undefined,
    }),
  })).data;
}

/* ---- Getting a token ---- */

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
}

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/* Send the person to the server.  What comes back is checked in arrive(). */
async function login() {
  const { state } = memory;
  const { server, registration } = state;
  insist(server.authorization_endpoint, 'Nobody can log in at this server.');
  state.pending = { state: random(), verifier: random() };
  const digest = await crypto.subtle.digest('SHA-256',
    new TextEncoder().encode(state.pending.verifier));
  const url = new URL(server.authorization_endpoint);
  const fields = form({
    response_type: 'code',
    client_id: registration.client_id,
    redirect_uri: here,
    scope: state.wanted,
    state: state.pending.state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
    resource: state.resource,
  });
  for (const [name, value] of fields)
    url.searchParams.append(name, value);
  tell({
    title: 'Send the user to the authorization server',
    spec: 'RFC 6749 4.1.1, RFC 7636, RFC 8707',
    text: 'Who you are is none of the client’s business: it never sees ' +
      'your password.',
    summary: 'The address',
    request: url.href.replace(/[?&]/g, '\n$&'),
  });
  location.assign(url.href);
  /* Until the page is gone. */
  await new Promise(() => {});
}

/* The person is back.  Believe nothing that does not answer our question. */
async function arrive() {
  const { state } = memory;
  const query = new URLSearchParams(location.search);
  if (!query.has('state') || (!query.has('code') && !query.has('error')))
    return;
  const address = location.href.replace(/[?&]/g, '\n$&');
  history.replaceState(null, '', here);
  const { pending, server } = state;
  delete state.pending;
  memory.save();
  insist(pending && query.get('state') === pending.state,
    'Somebody came back with an answer to a question that was not asked.');
  insist(query.get('iss') === server.issuer ||
    (!query.has('iss') &&
      !server.authorization_response_iss_parameter_supported),
  'The answer is another server’s.');
  tell({
    title: 'The user is back',
    spec: 'RFC 6749 4.1.2, RFC 9207',
    text: query.has('error')
      ? `No: ${query.get('error_description') || query.get('error')}`
      : 'state and iss are right, so the code is the answer to our question.',
    bad: query.has('error'),
    summary: 'The address',
    request: address,
  });
  if (query.has('error'))
    return;
  await redeem({
    title: 'Exchange the code for tokens',
    spec: 'RFC 6749 4.1.3, RFC 7636',
    text: 'The code verifier shows that it is the same client who asked.',
  }, {
    grant_type: 'authorization_code',
    code: query.get('code'),
    redirect_uri: here,
    code_verifier: pending.verifier,
    resource: state.resource,
  });
  await call('GET');
}

async function redeem(step, fields) {
  const { state } = memory;
  const answer = await ask(step, 'POST', state.server.token_endpoint, {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: form({ ...fields, client_id: state.registration.client_id }),
  });
  if (answer.good)
    state.tokens = { ...state.tokens, ...answer.data };
  else if (answer.data && answer.data.error === 'invalid_grant')
    delete state.tokens;
  memory.save();
}

/* ---- With a token ---- */

async function call(method) {
  const { state } = memory;
  if (!state.tokens)
    return;
  const answer = await ask({
    title: method === 'GET' ? 'Read' : 'Write',
    spec: 'RFC 6750',
    text: 'Let in.',
  }, method, state.resource, {
    headers: { Authorization: `Bearer ${state.tokens.access_token}` },
  });
  const challenge = answer.headers.get('www-authenticate');
  if (answer.status === 401) {
    tell({
      title: 'The token is of no use any more',
      spec: 'RFC 6750 3.1',
      text: state.tokens.refresh_token
        ? 'Refresh it, or log in again.'
        : 'Log in again.',
      bad: true,
    });
    if (!state.tokens.refresh_token)
      delete state.tokens;
  }
  if (parameter(challenge, 'error') === 'insufficient_scope') {
    const more = parameter(challenge, 'scope') || '';
    const words = `${state.wanted || ''} ${more}`.split(' ');
    state.wanted = [...new Set(words.filter((word) => word !== ''))].join(' ');
    delete state.tokens;
    tell({
      title: 'More is needed',
      spec: 'RFC 6750 3.1',
      text: `The resource wants the scope ${more}. Log in once more: you ` +
        'will be asked for that.',
      bad: true,
    });
  }
  memory.save();
}

async function refresh() {
  await redeem({
    title: 'Refresh the token',
    spec: 'RFC 6749 6, RFC 9700 4.14',
    text: 'A new access token, and a new refresh token in the old one’s place.',
  }, {
    grant_type: 'refresh_token',
    refresh_token: memory.state.tokens.refresh_token,
    resource: memory.state.resource,
  });
}

/* Give the tokens back, and see that they are of no use to whoever has them. */
async function revoke() {
  const { state } = memory;
  await need({
    title: 'Revoke the tokens',
    spec: 'RFC 7009',
    text: 'With the refresh token goes all that came of it.',
  }, 'POST', state.server.revocation_endpoint, {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: form({
      token: state.tokens.refresh_token || state.tokens.access_token,
      client_id: state.registration.client_id,
    }),
  });
  await ask({
    title: 'Knock again, with the revoked token',
    spec: 'RFC 6750',
    text: 'Refused: it opens nothing any more.',
  }, 'GET', state.resource, {
    headers: { Authorization: `Bearer ${state.tokens.access_token}` },
    expect: 401,
  });
  delete state.tokens;
  memory.save();
}

async function forget() {
  const { state } = memory;
  const { registration } = state;
  if (registration.registration_client_uri) {
    await ask({
      title: 'Delete the registration',
      spec: 'RFC 7592',
      text: 'The server has forgotten the client, and all its tokens are dead.',
    }, 'DELETE', registration.registration_client_uri, {
      headers: {
        Authorization: `Bearer ${registration.registration_access_token}`,
      },
      expect: 204,
    });
  }
  for (const name of ['server', 'registration', 'tokens', 'wanted'])
    delete state[name];
  memory.save();
}

/* ---- The page ---- */

/* Do something that takes a while; a failure becomes a step. */
async function run(job) {
  busy(true);
  try {
    await job();
  } catch (error) {
    if (!(error instanceof Failure))
      console.error(error);
    tell({ title: 'This went wrong', spec: '', text: error.message, bad: true });
  }
  busy(false);
  memory.save();
  offer();
  scrollTo(0, $('#next').hidden ? 0 : document.body.scrollHeight);
}

const actions = {
  login,
  read: () => call('GET'),
  write: () => call('POST'),
  refresh,
  revoke,
  forget,
};

memory.load();
memory.state.steps.forEach(show);
$('#resource').value =
  memory.state.resource || new URL('/demo/api', location.origin).href;
offer();
for (const button of document.querySelectorAll('[data-action]')) {
  button.addEventListener('click',
    () => run(actions[button.dataset.action]));
}
$('#start').addEventListener('submit', (event) => {
  event.preventDefault();
  $('#steps').replaceChildren();
  memory.state = { steps: [], resource: $('#resource').value };
  run(async () => {
    await discover();
    await register();
  });
});
run(arrive);
