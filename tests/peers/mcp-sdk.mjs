/*
 * The Model Context Protocol's SDK: it knows the address of a resource, and
 * finds, registers and asks for all else by itself.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Browser, issuer, redirect_uri, resource, step } from './peer.mjs';
import { auth, extractWWWAuthenticateParams }
  from '@modelcontextprotocol/sdk/client/auth.js';

/* What the SDK wants to be kept for it. */
class Provider {
  kept = {};
  redirectUrl = redirect_uri;

  constructor(method) {
    this.clientMetadata = {
      client_name: 'MCP client',
      redirect_uris: [redirect_uri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: method,
    };
  }

  state = () => 'a state';
  clientInformation = () => this.kept.client;
  saveClientInformation = (client) => { this.kept.client = client; };
  tokens = () => this.kept.tokens;
  saveTokens = (tokens) => { this.kept.tokens = tokens; };
  codeVerifier = () => this.kept.verifier;
  saveCodeVerifier = (verifier) => { this.kept.verifier = verifier; };
  redirectToAuthorization = (address) => { this.kept.address = address; };
  saveDiscoveryState = (found) => { this.kept.found = found; };
  discoveryState = () => this.kept.found;
  invalidateCredentials = (what) => {
    if (what === 'all' || what === 'client')
      delete this.kept.client;
    if (what === 'all' || what === 'tokens')
      delete this.kept.tokens;
  };
}

const ask = (token) => fetch(resource,
  token && { headers: { authorization: `Bearer ${token}` } });

async function walk(provider) {
  const { kept } = provider;
  const refused = await ask();
  assert.equal(refused.status, 401);
  const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(refused);
  assert(resourceMetadataUrl);
  const where = { serverUrl: resource, resourceMetadataUrl, scope };

  step('it registers, and sends its user away');
  assert.equal(await auth(provider, where), 'REDIRECT');
  assert(kept.client.client_id);
  assert.equal(kept.address.searchParams.get('resource'), resource);
  const back = await new Browser().go(kept.address, redirect_uri);
  assert.equal(back.searchParams.get('state'), 'a state');

  step('it takes the code');
  assert.equal(await auth(provider, { ...where,
    authorizationCode: back.searchParams.get('code') }), 'AUTHORIZED');
  const first = kept.tokens;
  assert.equal((await ask(first.access_token)).status, 200);

  step('it refreshes');
  assert(first.refresh_token);
  assert.equal(await auth(provider, where), 'AUTHORIZED');
  assert.notEqual(kept.tokens.access_token, first.access_token);
  assert.equal((await ask(kept.tokens.access_token)).status, 200);

  step('revoked, it sends its user away again');
  const { revocation_endpoint } = kept.found.authorizationServerMetadata;
  const { client_id, client_secret } = kept.client;
  const revoked = await fetch(revocation_endpoint, { method: 'POST',
    body: new URLSearchParams({ token: kept.tokens.refresh_token, client_id,
      ...(client_secret && { client_secret }) }) });
  assert.equal(revoked.status, 200);
  assert.equal((await ask(kept.tokens.access_token)).status, 401);
  assert.equal(await auth(provider, where), 'REDIRECT');
  assert.equal(kept.tokens, undefined);
  assert.equal(kept.client.client_id, client_id);
}

for (const method of ['none', 'client_secret_basic', 'client_secret_post']) {
  step(method);
  const provider = new Provider(method);
  await walk(provider);
  assert.equal(new URL(provider.kept.address).origin, new URL(issuer).origin);
}

step('deleted meanwhile, it registers once more');
const provider = new Provider('client_secret_basic');
await walk(provider);
const { client_id } = provider.kept.client;
execFileSync(process.env.ADMIN, ['client', 'delete', client_id, '--yes']);
provider.kept.tokens = { access_token: 'gone', token_type: 'Bearer',
  refresh_token: 'gone', issuer };
assert.equal(await auth(provider, { serverUrl: resource }), 'REDIRECT');
assert.notEqual(provider.kept.client.client_id, client_id);
