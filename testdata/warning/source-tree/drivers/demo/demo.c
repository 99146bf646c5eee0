#include "demo.h"

/* A driver that does not exist: the source of source-condition.log. */
static void demo_get(struct demo *d)
{
	WARN_ON_ONCE(in_interrupt());
	d->users++;
}

/*
 * Gives a use back; the last one starts the work.
 */
static noinline void
demo_put(struct demo *d,
	 bool last)
{
	if (!d)
		return;
	d->users--;
	if (last &&
	    WARN_ON_ONCE(!mutex_is_locked(
			    &d->lock)))
		return;
	schedule_work(&d->work);
}
