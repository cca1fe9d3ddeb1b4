#ifndef ROLLCALL_PENDING_H
#define ROLLCALL_PENDING_H

#include "rollcall.h"

struct store_client;

/*
 * What the store does with NAME.pending beside what rollcall_store.h has of it,
 * store_begin to store_give_up.
 */

/*
 * pending_recover(client):
 * Finish what a run left that was killed.
 */
enum rollcall_exit pending_recover(struct store_client *client);

/*
 * pending_end(client):
 * Nothing is under way any more.
 */
void pending_end(struct store_client *client);

/*
 * pending_close(client):
 * Leave NAME.pending as it is, and give back what is reserved, or was by a run
 * that was killed.
 */
void pending_close(struct store_client *client);

#endif
