// SPDX-License-Identifier: GPL-2.0
/* chains and cycles of tasks that wait for each other's locks */
#include <linux/module.h>
#include <linux/kthread.h>
#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/rtmutex.h>
#include <linux/semaphore.h>
#include <linux/sched.h>

static char *mode = "chain";
module_param(mode, charp, 0);

struct kfc_lock { struct mutex m; struct rw_semaphore rw; };
static struct kfc_lock a, b, c;
static DEFINE_RT_MUTEX(rt);
static DEFINE_SPINLOCK(kfc_spin);

static noinline int kfc_sleeper(void *d)	{ mutex_lock(&a.m); ssleep(600); mutex_unlock(&a.m); return 0; }
static noinline int kfc_second(void *d)		{ mutex_lock(&b.m); msleep(200); mutex_lock(&a.m); mutex_unlock(&a.m); mutex_unlock(&b.m); return 0; }
static noinline int kfc_third(void *d)		{ down_write(&c.rw); msleep(400); mutex_lock(&b.m); mutex_unlock(&b.m); up_write(&c.rw); return 0; }
static noinline int kfc_fourth(void *d)		{ msleep(800); down_write(&c.rw); up_write(&c.rw); return 0; }
static noinline int kfc_reader(void *d)		{ msleep(900); down_read(&c.rw); up_read(&c.rw); return 0; }
static noinline int kfc_ab(void *d)		{ mutex_lock(&a.m); msleep(300); mutex_lock(&b.m); mutex_unlock(&b.m); mutex_unlock(&a.m); return 0; }
static noinline int kfc_ba(void *d)		{ mutex_lock(&b.m); msleep(300); mutex_lock(&a.m); mutex_unlock(&a.m); mutex_unlock(&b.m); return 0; }
static noinline int kfc_self(void *d)		{ mutex_lock(&a.m); mutex_lock(&a.m); return 0; }
static noinline int kfc_rt_owner(void *d)	{ rt_mutex_lock(&rt); ssleep(600); rt_mutex_unlock(&rt); return 0; }
static noinline int kfc_rt_waiter(void *d)	{ msleep(300); rt_mutex_lock(&rt); rt_mutex_unlock(&rt); return 0; }
static noinline int kfc_holder_spins(void *d)	{ spin_lock(&kfc_spin); for (;;) cpu_relax(); return 0; }
static noinline int kfc_spinner(void *d)	{ msleep(300); spin_lock(&kfc_spin); spin_unlock(&kfc_spin); return 0; }

static void run(int (*fn)(void *), const char *name)
{
	kthread_run(fn, NULL, "%s", name);
}

static int __init kfc_init(void)
{
	mutex_init(&a.m); mutex_init(&b.m); mutex_init(&c.m); init_rwsem(&a.rw); init_rwsem(&b.rw); init_rwsem(&c.rw);
	if (!strcmp(mode, "chain")) {
		run(kfc_sleeper, "kfc-sleeper"); msleep(50); run(kfc_second, "kfc-second"); run(kfc_third, "kfc-third");
		run(kfc_fourth, "kfc-fourth"); run(kfc_reader, "kfc-reader");
	} else if (!strcmp(mode, "abba")) {
		run(kfc_ab, "kfc-ab"); run(kfc_ba, "kfc-ba"); msleep(600); run(kfc_second, "kfc-behind");
	} else if (!strcmp(mode, "self")) {
		run(kfc_self, "kfc-self");
	} else if (!strcmp(mode, "rt")) {
		run(kfc_rt_owner, "kfc-rt-owner"); run(kfc_rt_waiter, "kfc-rt-waiter");
	} else if (!strcmp(mode, "spin")) {
		run(kfc_holder_spins, "kfc-holder"); run(kfc_spinner, "kfc-spinner");
	}
	return 0;
}
static void __exit kfc_exit(void) { }
module_init(kfc_init);
module_exit(kfc_exit);
MODULE_LICENSE("GPL");
