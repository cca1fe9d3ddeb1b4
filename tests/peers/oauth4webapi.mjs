/* oauth4webapi: every request and every check of the code flow, one by one. */
import assert from 'node:assert/strict';
import { Browser, issuer, redirect_uri, step } from './peer.mjs';
import * as oauth from 'oauth4webapi';

const clear = { [oauth.allowInsecureRequests]: true };

step('discovery, in both ways');
const as = await discover('oidc');
assert.equal((await discover('oauth2')).token_endpoint, as.token_endpoint);
assert.equal(as.authorization_response_iss_parameter_supported, true);

async function discover(algorithm) {
  return oauth.processDiscoveryResponse(new URL(issuer),
    await oauth.discoveryRequest(new URL(issuer), { algorithm, ...clear }));
}

step('registration');
const client = await oauth.processDynamicClientRegistrationResponse(
  await oauth.dynamicClientRegistrationRequest(as, {
    client_name: 'oauth4webapi',
    redirect_uris: [redirect_uri],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    scope: 'openid email offline_access read',
    id_token_signed_response_alg: 'ES256',
  }, clear));
const authentication = oauth.ClientSecretBasic(client.client_secret);

step('authorization, and who it was that answered');
const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const nonce = oauth.generateRandomNonce();
const address = new URL(as.authorization_endpoint);
address.search = new URLSearchParams({
  client_id: client.client_id,
  redirect_uri,
  response_type: 'code',
  scope: 'openid email offline_access',
  state,
  nonce,
  max_age: '600',
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
});
const back = await new Browser().go(address, redirect_uri);
assert.equal(back.searchParams.get('iss'), issuer);
const answer = oauth.validateAuthResponse(as, client, back, state);

step('the code');
const redeem = () => oauth.authorizationCodeGrantRequest(as, client,
  authentication, answer, redirect_uri, verifier, clear);
const response = await redeem();
const tokens = await oauth.processAuthorizationCodeResponse(as, client,
  response, { expectedNonce: nonce, requireIdToken: true, maxAge: 600 });
await oauth.validateApplicationLevelSignature(as, response, clear);
const { sub } = oauth.getValidatedIdTokenClaims(tokens);

if (tokens.access_token.includes('.')) {
  step('the access token says whose it is');
  const request = new Request(as.userinfo_endpoint,
    { headers: { authorization: `Bearer ${tokens.access_token}` } });
  const claims = await oauth.validateJwtAccessToken(as, request, issuer, clear);
  assert.equal(claims.sub, sub);
  assert.equal(claims.client_id, client.client_id);
}

step('userinfo');
const person = await oauth.processUserInfoResponse(as, client, sub,
  await oauth.userInfoRequest(as, client, tokens.access_token, clear));
assert.equal(person.email, 'demo@example.org');

step('refresh');
const refresh = async (token) => oauth.processRefreshTokenResponse(as, client,
  await oauth.refreshTokenGrantRequest(as, client, authentication, token,
    clear));
const next = await refresh(tokens.refresh_token);
assert.notEqual(next.refresh_token, tokens.refresh_token);

step('introspection');
const introspect = async (token) => oauth.processIntrospectionResponse(as,
  client, await oauth.introspectionRequest(as, client, authentication, token,
    clear));
const known = await introspect(next.access_token);
assert.equal(known.active, true);
assert.equal(known.client_id, client.client_id);
assert.equal(known.sub, sub);

step('revocation');
await oauth.processRevocationResponse(await oauth.revocationRequest(as, client,
  authentication, next.refresh_token, clear));
assert.deepEqual(await introspect(next.access_token), { active: false });
await assert.rejects(refresh(next.refresh_token), { error: 'invalid_grant' });
await assert.rejects(oauth.userInfoRequest(as, client, next.access_token, clear)
  .then((refused) =>
    oauth.processUserInfoResponse(as, client, sub, refused)),
({ cause }) => cause[0].parameters.error === 'invalid_token');

step('a code is good once');
await assert.rejects(redeem().then((refused) =>
  oauth.processAuthorizationCodeResponse(as, client, refused)),
{ error: 'invalid_grant' });

step('the client by itself');
const own = await oauth.processClientCredentialsResponse(as, client,
  await oauth.clientCredentialsGrantRequest(as, client, authentication,
    { scope: 'read' }, clear));
assert.equal(own.scope ?? 'read', 'read');
assert.equal(own.refresh_token, undefined);

step('a wrong secret');
await assert.rejects(oauth.clientCredentialsGrantRequest(as, client,
  oauth.ClientSecretBasic('wrong'), {}, clear).then((refused) =>
  oauth.processClientCredentialsResponse(as, client, refused)),
({ cause, error }) => (error ?? cause[0].scheme) !== undefined);
