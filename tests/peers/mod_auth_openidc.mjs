/* mod_auth_openidc: an Apache that lets in whom the server says it may. */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { Browser, issuer, step } from './peer.mjs';

const site = process.env.SITE;
const metadata = process.env.SITE_METADATA;
const home = `${site}/secure/`;
const hook = `${site}/secure/redirect_uri`;
const browser = new Browser();
/* The module asks where the account is. */
browser.answers.iss = issuer;

step('whoever logs in gets the page');
let { url, status, headers } = await browser.go(home);
assert.equal(status, 200);
assert.equal(url.href, home);
assert.equal(headers['remote-user'], 'demo');

step('it registered itself');
const file = (await readdir(metadata)).find((name) => name.endsWith('.client'));
const client = JSON.parse(await readFile(`${metadata}/${file}`, 'utf8'));
assert.deepEqual(client.redirect_uris, [hook]);

const session = async () =>
  JSON.parse((await browser.go(`${hook}?info=json`)).page);
const before = await session();
assert.equal(before.userinfo.email, 'demo@example.org');
assert.equal(before.id_token.iss, issuer);

step('it refreshes');
({ url } = await browser.go(`${hook}?${new URLSearchParams({ refresh: home,
  access_token: before.access_token })}`));
assert.equal(url.href, home);
const after = await session();
assert.notEqual(after.access_token, before.access_token);
assert.notEqual(after.refresh_token, before.refresh_token);

step('logging out revokes its tokens');
const active = async (token) => (await (await fetch(
  `${issuer}/oauth/introspect`, { method: 'POST',
    body: new URLSearchParams({ token, client_id: client.client_id,
      client_secret: client.client_secret }) })).json()).active;
assert.equal(await active(after.access_token), true);
({ url } = await browser.go(`${hook}?${new URLSearchParams({
  logout: `${site}/` })}`));
assert.equal(url.href, `${site}/`);
assert.equal(await active(after.access_token), false);
assert.equal(await active(after.refresh_token), false);
