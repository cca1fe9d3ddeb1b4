/*
 * What the scripts of this folder share: where the server is, the person at the
 * browser, and a memory of what was asked and answered, shown after a failure.
 */
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

/* Node.js 18 has what libraries look for, but not in its place. */
globalThis.crypto ??= webcrypto;
globalThis.CryptoKey ??= webcrypto.CryptoKey;

const need = (name) => {
  assert(process.env[name], `${name} is not set`);
  return process.env[name];
};

export const issuer = need('ISSUER');
export const resource = need('DEMO_API');
const account = need('ACCOUNT');
const password = need('PASSWORD');

/* Whom the browser trusts. */
const ca = process.env.CERTIFICATE && readFileSync(process.env.CERTIFICATE);

/* Where the browser is sent back to; nobody listens there. */
export const redirect_uri = 'http://127.0.0.1:9/callback';

export function step(text) {
  console.log(`# ${text}`);
}

/* ---- What was said ---- */

const exchanges = [];
const plain_fetch = globalThis.fetch;

function asked(method, url, headers, body) {
  const said = [`${method} ${url}`, JSON.stringify(headers), body];
  exchanges.push(said);
  return (status, answer_headers, page) => said.push(`-> ${status}`,
    JSON.stringify(answer_headers), page.slice(0, 2000));
}

globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const answered = asked(request.method, request.url,
    Object.fromEntries(request.headers), await request.clone().text());
  const answer = await plain_fetch(request);
  answered(answer.status, Object.fromEntries(answer.headers),
    await answer.clone().text());
  return answer;
};

process.on('uncaughtException', (error) => {
  console.log(error);
  for (const said of exchanges.slice(-3))
    console.log(said.join('\n'));
  process.exit(1);
});

/* ---- The person at the browser ---- */

/* One request of a browser, which says more of itself than a fetch would. */
function request(url, headers, body) {
  const method = body === null ? 'GET' : 'POST';
  const all = {
    accept: 'text/html',
    'accept-language': 'en',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    ...(body !== null && {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
    }),
    ...headers,
  };
  const answered = asked(method, url, all, body ?? '');
  const by = url.protocol === 'https:' ? https : http;
  const options = { method, headers: all, agent: false, ca };
  return new Promise((done, fail) => {
    by.request(url, options, async (answer) => {
      const page = (await answer.toArray()).join('');
      answered(answer.statusCode, answer.headers, page);
      done({ url, status: answer.statusCode, headers: answer.headers, page });
    }).on('error', fail).end(body ?? '');
  });
}

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function unescape(text) {
  return text.replace(/&([a-z]+|#39);/g, (all, name) => entities[name] ?? all);
}

function attribute(tag, name) {
  const found = tag.match(new RegExp(`\\s${name}=(?:"([^"]*)"|'([^']*)')`));
  return found && unescape(found[1] ?? found[2]);
}

/* What somebody who knows what he wants sends with a page's form. */
function fill(page, answers) {
  const fields = new URLSearchParams();
  for (const [tag] of page.matchAll(/<(?:input|button)\s[^>]*>/g)) {
    const name = attribute(tag, 'name');
    if (!name)
      continue;
    const value = answers[name] ?? attribute(tag, 'value') ?? '';
    fields.set(name, value);
  }
  return fields;
}

export class Browser {
  /* As browsers have it, a cookie is the host's, whatever the port. */
  #cookies = new Map();
  answers = { username: account, password, decision: 'allow' };

  #keep({ hostname: host }, lines) {
    for (const line of lines ?? []) {
      const [pair, ...attributes] = line.split(/;\s*/);
      const [, name, value] = pair.match(/^([^=]*)=(.*)$/);
      const find = (wanted) => attributes.map((one) => one.split('='))
        .find(([attribute]) => attribute.toLowerCase() === wanted)?.[1];
      const path = find('path') ?? '/';
      const key = `${host} ${path} ${name}`;
      if (find('max-age') === '0' || Date.parse(find('expires')) < Date.now())
        this.#cookies.delete(key);
      else
        this.#cookies.set(key, { name, value, path, host });
    }
  }

  #cookie({ hostname, pathname }) {
    const fits = ({ host, path }) => host === hostname &&
      (pathname === path || pathname.startsWith(path.replace(/\/?$/, '/')));
    return [...this.#cookies.values()].filter(fits)
      .map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /*
   * Go to an address, follow redirects and send what pages ask for, until an
   * address begins with ${target}, which is returned; without that until there
   * is a page to read, which is returned with its address.
   */
  async go(address, target) {
    let url = new URL(address);
    let body = null;
    let origin;
    for (let tries = 0; tries < 20; tries++) {
      const answer = await request(url, { cookie: this.#cookie(url),
        ...(body !== null && { origin }) }, body);
      const { status, headers, page } = answer;
      this.#keep(url, headers['set-cookie']);
      const form = page.match(/<form\s[^>]*>/)?.[0];
      body = null;
      if (status >= 300 && status < 400 && headers.location) {
        url = new URL(headers.location, url);
      } else if (status === 200 && form) {
        const fields = fill(page, this.answers);
        origin = url.origin;
        url = new URL(attribute(form, 'action') ?? '', url);
        if (attribute(form, 'method') === 'post')
          body = fields.toString();
        else
          url.search = fields;
      } else {
        assert.equal(target, undefined, `no way on from ${url}`);
        return answer;
      }
      if (target !== undefined && url.href.startsWith(target)) {
        /* form_post brings in the body what else is in the address. */
        url.search = body ?? url.search;
        return url;
      }
    }
    assert.fail(`${address} leads on and on`);
  }
}
