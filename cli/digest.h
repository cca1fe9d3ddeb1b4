#ifndef DIGEST_H
#define DIGEST_H

#include "admin.h"

/*
 * digest_send(a, mails, failed):
 * Where a mail is due, send it: what happened since the last one.  Add to
 * *${mails} where one went out; one that does not is logged, added to
 * *${failed}, and tried again.
 */
enum admin_exit digest_send(struct admin *a, int64_t *mails, int64_t *failed);

#endif
