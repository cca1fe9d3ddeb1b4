#ifndef RC_PKCE_H
#define RC_PKCE_H

/* An S256 challenge, 43 characters of base64url and a NUL. */
#define RC_PKCE_CHALLENGE_SIZE 44

/*
 * rc_pkce_check_verifier(text), rc_pkce_check_challenge(text):
 * Judge the form of a code_verifier (RFC 7636 4.1) or of an S256
 * code_challenge (4.2).  Return NULL when it is good, else a sentence (static).
 */
const char *rc_pkce_check_verifier(const char *text);
const char *rc_pkce_check_challenge(const char *text);

/*
 * rc_pkce_challenge(verifier, challenge):
 * Write the challenge that the verifier makes by S256 (RFC 7636 4.2).
 */
void rc_pkce_challenge(
    const char *verifier, char challenge[RC_PKCE_CHALLENGE_SIZE]);

#endif
