#ifndef CONCEAL_H
#define CONCEAL_H

/*
 * conceal_process():
 * What is in memory is for nobody else: leave no core behind, and let other
 * processes of the user neither trace this one nor read its memory and
 * environment, as far as the system can do that.
 */
void conceal_process(void);

#endif
