/* What is held at a line of a function: tables of small ones, and what hostile text does. */
#include "race/lens.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tests/test.h"

static const char *state_name(enum lens_state s)
{
	static const char *const names[] = {"held", "asserted", "undecided", "released", "dropped", "paused", "at", "before", "behind"};

	return names[s];
}

/* The line that holds an "@", which is a comment; lines from 1. */
static uint32_t marked_line(struct slice text)
{
	uint32_t n = 1;

	for (size_t i = 0; i < text.n && text.p[i] != '@'; i++)
		n += text.p[i] == '\n';
	return n;
}

/* "held p->lock:2" a lock, "undecided l:3 (why)"; "lost: why" in front.  Marks only where `marks`. */
static const char *looked(const char *function, bool cut, bool marks)
{
	static struct buf b;
	struct lens_find found[LENS_FINDS];
	struct lens_text t = {.text = slice_str(function), .first = 1, .line = marked_line(slice_str(function)), .cut = cut};
	const char *lost;
	size_t n = lens_look(&t, found, &lost);

	buf_clear(&b);
	if (lost)
		buf_addf(&b, "lost: %s", lost);
	for (size_t i = 0; i < n; i++) {
		const struct lens_find *f = &found[i];

		if ((f->state >= LENS_AT) != marks)
			continue;
		buf_addf(&b, "%s%s%s %s:%" PRIu32, b.n ? "; " : "", state_name(f->state),
			 f->kind == LOCK_SHARED ? " shared" : f->kind == LOCK_RCU ? " rcu" : f->kind == LOCK_IRQ ? " irq" : f->kind == LOCK_BH ? " bh" :
			 f->kind == LOCK_PREEMPT ? " preempt" : f->kind == LOCK_SEQ ? " seq" : "", f->name, f->line);
		if (f->state == LENS_UNDECIDED && !lost)
			buf_addf(&b, " (%s)", f->why);
		if (f->state == LENS_DROPPED && !f->certain)
			buf_adds(&b, " perhaps");
		if (f->pause)
			buf_addf(&b, " pause %s:%" PRIu32, f->pauser, f->pause);
		if (f->dip && f->state != LENS_DROPPED)
			buf_addf(&b, " dip %s:%" PRIu32 "%s", f->dipper, f->dip, f->dips_in_line ? " here" : "");
	}
	return buf_str(&b);
}

struct example {
	const char *body; /* of a function, its first line is number 3 */
	const char *found;
};

static void check(const struct example *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct buf text = BUF_INIT;
		const char *is;

		buf_addf(&text, "static void f(struct s *p)\n{\n%s\n}\n", e[i].body);
		is = looked(buf_str(&text), false, false);
		if (strcmp(is, e[i].found) != 0)
			fail_msg("%s\nis:     %s\nwanted: %s", e[i].body, is, e[i].found);
		buf_release(&text);
	}
}
#define CHECK(table) check(table, sizeof(table) / sizeof *(table))

static void straight_on(void **state)
{
	static const struct example e[] = {
		{"	p->n = 1; /*@*/", ""},
		{"	spin_lock(&p->lock);\n	p->n = 1; /*@*/\n	spin_unlock(&p->lock);", "held p->lock:3"},
		{"	spin_lock(&p->lock);\n	spin_unlock(&p->lock);\n	p->n = 1; /*@*/", "released p->lock:4"},
		{"	p->n = 1; /*@*/\n	spin_lock(&p->lock);\n	spin_unlock(&p->lock);", ""},
		{"	pte = pte_offset_map_lock(mm, pmd, a, &ptl);\n	p->n = 1; /*@*/\n	pte_unmap_unlock(pte, ptl);", "held *ptl:3"},
		{"	vmf->pte = pte_offset_map_lock(mm, pmd, a, &vmf->ptl);\n	if (!pte_none(*vmf->pte))\n		goto out;\n	p->n = 1; /*@*/\nout:", "held *(vmf->ptl):3"},
		{"	pte = pte_offset_map_lock(mm, pmd, a, &ptl);\n	if (!pte)\n		return;\n	pte_unmap_unlock(pte, ptl);\n	p->n = 1; /*@*/", "released *ptl:6"},
		{"	pte = pte_offset_map_lock(mm, pmd, a, &ptl);\n	if (unlikely(!pte)) {\n		p->n = 1; /*@*/\n	}", ""},
		{"	if (put(p)) {\n		spin_unlock(&p->lock);\n		return;\n	}\n	p->n = 1; /*@*/",
		 "undecided p->lock:4 (at line 4 it is released without having been taken there: what takes it is not known)"},
		{"	spin_lock(&q->lock);\n	if (x) {\n		spin_unlock(&p->lock);\n		return;\n	}\n	p->n = 1; /*@*/", "held q->lock:3"},
		{"	mutex_lock(&a.lock);\n	owner = current; /*@*/", "held a.lock:3"},
		{"	mutex_lock(&a.lock); a.owner = current; /*@*/", "undecided a.lock:3 (it is taken or released in the line itself)"},
		{"	spin_unlock(&p->lock);\n	p->n = 1; /*@*/\n	spin_lock(&p->lock);", "dropped p->lock:3"},
		{"	spin_lock_irqsave(&p->lock, flags);\n	p->n = 1; /*@*/", "held p->lock:3; held irq flags:3"},
		{"	spin_lock_irq(&p->lock);\n	spin_unlock(&p->lock);\n	p->n = 1; /*@*/\n	local_irq_enable();", "released p->lock:4; held irq :3"},
		{"	spin_lock_bh(&p->lock);\n	p->n = 1; /*@*/", "held p->lock:3; held bh :3"},
		{"	raw_spin_lock_irqsave_nested(&q->lock, f, 1);\n	p->n = 1; /*@*/", "held q->lock:3; held irq f:3"},
		{"	down_read(&p->sem);\n	p->n = 1; /*@*/", "held shared p->sem:3"},
		{"	down_write(&p->sem);\n	downgrade_write(&p->sem);\n	p->n = 1; /*@*/", "released p->sem:4; held shared p->sem:4"},
		{"	rcu_read_lock();\n	rcu_read_lock();\n	rcu_read_unlock();\n	x = p->n; /*@*/\n	rcu_read_unlock();", "held rcu rcu_read_lock:3"},
		{"	idx = srcu_read_lock(&s);\n	x = p->n; /*@*/", "held rcu s:3"},
		{"	do {\n		seq = read_seqbegin(&p->seq);\n		x = p->n; /*@*/\n	} while (read_seqretry(&p->seq, seq));", "held seq p->seq:4"},
		{"	write_seqlock(&p->seq);\n	p->n = 1; /*@*/", "held p->seq:3"},
		{"	preempt_disable();\n	x = p->n; /*@*/", "held preempt :3"},
		{"	rtnl_lock();\n	p->n = 1; /*@*/", "held rtnl_mutex:3"},
		{"	mmap_read_lock(mm);\n	p->n = 1; /*@*/", "held shared mm->mmap_lock:3"},
		{"	folio_lock(folio);\n	lock_page(&b->page);\n	p->n = 1; /*@*/", "held folio:3; held b->page:4"},
		{"	lock_sock(sk);\n	p->n = 1; /*@*/", "held sk->sk_lock:3"},
		{"	bh_lock_sock(sk);\n	p->n = 1; /*@*/", "held sk->sk_lock.slock:3"},
		{"	mutex_lock(lock);\n	p->n = 1; /*@*/", "held *lock:3"},
		{"	spin_lock(&(p->lock));\n	p->n = 1; /*@*/", "held p->lock:3"},
		{"	lockdep_assert_held(&p->lock);\n	p->n = 1; /*@*/", "asserted p->lock:3"},
		{"	lockdep_assert_held(&p->lock);\n	spin_unlock(&p->lock);\n	p->n = 1; /*@*/", "dropped p->lock:4"},
		{"	/* spin_lock(&p->lock); } */\n	log(\"spin_lock(&x) {\"); // mutex_lock(&m);\n	p->n = 1; /*@*/", ""},
		{"	x = a\n	    * b; spin_lock(&p->lock);\n	p->n = 1; /*@*/", "held p->lock:4"},
		{"	audit_ctl_lock();\n	p->n = 1; /*@*/\n	audit_ctl_unlock();",
		 "undecided audit_ctl_lock():3 (it is called like a lock, and what it takes is not known)"},
		{"	audit_ctl_lock();\n	audit_ctl_unlock();\n	p->n = 1; /*@*/", "released audit_ctl_lock():4"},
		{"	spin_lock(&p->lock);\n	foo_unlock(p);\n	p->n = 1; /*@*/", "undecided p->lock:3 (what is called at line 4 may release it)"},
		{"	raw_spin_lock_irqsave_rcu_node(rnp, flags);\n	p->n = 1; /*@*/\n	raw_spin_unlock_irqrestore_rcu_node(rnp, flags);", "held rnp->lock:3; held irq flags:3"},
		{"	raw_spin_rq_lock_irq(rq);\n	p->n = 1; /*@*/", "held rq->__lock:3; held irq :3"},
		{"	printk_safe_enter_irqsave(flags);\n	p->n = 1; /*@*/", "held irq flags:3"},
		{"	spin_lock_irqsave(&p->lock, *flags);\n	spin_unlock_irqrestore(&p->lock, *flags);\n	p->n = 1; /*@*/", "released p->lock:4; released irq *flags:4"},
		{"	if (map_value_has_spin_lock(m))\n		x();\n	p->lock = __SPIN_LOCK_UNLOCKED(l);\n	set(PLL_LOCK(3));\n	p->n = 1; /*@*/", ""},
		{"	xfs_ilock(ip, EXCL);\n	p->n = 1; /*@*/", "undecided xfs_ilock(ip,EXCL):3 (it is called like a lock, and what it takes is not known)"},
		{"	xfs_ilock(ip, EXCL);\n	xfs_iunlock(ip, EXCL);\n	p->n = 1; /*@*/", "released xfs_ilock(ip,EXCL):4"},
		{"	HARD_TX_LOCK(d, q);\n	p->n = 1; /*@*/\n	HARD_TX_UNLOCK(d, q);",
		 "undecided HARD_TX_LOCK(d,q):3 (it is called like a lock, and what it takes is not known)"},
		{"	HARD_TX_LOCK(d, q);\n	HARD_TX_UNLOCK(d, q);\n	p->n = 1; /*@*/", "released HARD_TX_LOCK(d,q):4"},
		{"	lockdep_assert_held(&p->lock);\n	spin_unlock(&p->lock);\n	spin_lock(&p->lock);\n	p->n = 1; /*@*/", "held p->lock:5 dip spin_unlock:4"},
		{"	if (x)\n		spin_lock(&p->lock);\n	lockdep_assert_held(&p->lock);\n	p->n = 1; /*@*/", "asserted p->lock:5"},
		{"	spin_lock(&p->lock);\n	lockdep_assert_held(&p->lock);\n	p->n = 1; /*@*/", "held p->lock:3"},
		{"	spin_lock(&x->p);\n	p = y;\n	p->n = 1; /*@*/", "held x->p:3"},
		{"	spin_lock(&q->lock);\n	q = q->next;\n	spin_unlock(&q->lock);\n	p->n = 1; /*@*/",
		 "undecided q->lock:3 (what its name goes through was assigned since: it may be another object's)"},
		{"	spin_lock(&q->lock);\n	q = q->next;\n	lockdep_assert_held(&q->lock);\n	p->n = 1; /*@*/", "asserted q->lock:5"},
		{"	if (x)\n		lockdep_assert_held(&p->lock);\n	else\n		spin_lock(&p->lock);\n	p->n = 1; /*@*/", "asserted p->lock:4"},
		{"	lockdep_assert_held(&p->lock);\n	spin_unlock(&p->lock);\n	spin_lock(&p->lock);\n	mutex_unlock(&q->m);\n	p->n = 1; /*@*/",
		 "held p->lock:5 dip spin_unlock:4; dropped q->m:6"},
		{"	bit_spin_lock(nr(a, b), &p->bits);\n	p->n = 1; /*@*/", "held p->bits:3"},
		{"	spin_lock(&l);\n	p->ops->up(p);\n	p->n = 1; /*@*/", "undecided l:3 (what is called at line 4 may release it)"},
		{"	p->ops->lock(p);\n	p->n = 1; /*@*/", "undecided lock(p):3 (it is called like a lock, and what it takes is not known)"},
	};

	(void)state;
	CHECK(e);
}

/* What is released inside of a call for a while, and taken again, is held behind it, but was not all the time. */
static void released_for_a_while(void **state)
{
	static const struct example e[] = {
		{"	lock_sock(sk);\n	sk_wait_event(sk, &timeo, sk->sk_err, &wait);\n	p->n = 1; /*@*/", "held sk->sk_lock:3 pause sk_wait_event:4"},
		{"	sk_wait_event(sk, &timeo, sk->sk_err, &wait);\n	p->n = 1; /*@*/", "paused sk->sk_lock:3 dip sk_wait_event:3"},
		{"	p->n = 1; /*@*/\n	sk_wait_event(sk, &timeo, sk->sk_err, &wait);", ""},
		{"	while (1) {\n		p->n = 1; /*@*/\n		sk_wait_event(sk, &timeo, sk->sk_err, &wait);\n	}", "paused sk->sk_lock:5 dip sk_wait_event:5"},
		/* in the line itself, of which there may be several */
		{"	sk_wait_event(sk, &timeo,\n		      p->n || /*@*/\n		      p->m, &wait);", "paused sk->sk_lock:3 dip sk_wait_event:3 here"},
		{"	lock_sock(sk);\n	sk_wait_event(sk, &timeo,\n		      p->n, /*@*/\n		      &wait);",
		 "undecided sk->sk_lock:3 (it is taken or released in the line itself) pause sk_wait_event:4"},
		{"	lock_sock(sk);\n	sk_wait_event(sk, &timeo, 1, &wait);\n	release_sock(sk);\n	lock_sock(sk);\n	p->n = 1; /*@*/", "held sk->sk_lock:6"},
		{"	spin_lock(&p->lock);\n	cond_resched_lock(&p->lock);\n	p->n = 1; /*@*/", "held p->lock:3 pause cond_resched_lock:4"},
		{"	spin_lock(&p->lock);\n	cond_resched_lock(&q->lock);\n	p->n = 1; /*@*/", "held p->lock:3; paused q->lock:4 dip cond_resched_lock:4"},
		{"	write_lock(&p->lock);\n	if (x)\n		cond_resched_rwlock_write(&p->lock);\n	p->n = 1; /*@*/",
		 "held p->lock:3 pause cond_resched_rwlock_write:5"},
		{"	spin_lock_irq(&c->lock);\n	wait_event_lock_irq(c->wait, !c->busy, c->lock);\n	p->n = 1; /*@*/",
		 "held c->lock:3 pause wait_event_lock_irq:4; held irq :3 pause wait_event_lock_irq:4"},
		{"	spin_lock(&q->wait.lock);\n	wait_event_interruptible_locked(q->wait, q->n);\n	p->n = 1; /*@*/",
		 "held q->wait.lock:3 pause wait_event_interruptible_locked:4"},
		{"	xa_lock(&p->xa);\n	__xa_alloc(&p->xa, &id, q, l, GFP_KERNEL);\n	p->n = 1; /*@*/", "held p->xa.xa_lock:3 pause __xa_alloc:4"},
		{"	rcu_read_lock();\n	cond_resched_rcu();\n	x = p->n; /*@*/", "held rcu rcu_read_lock:3 pause cond_resched_rcu:4"},
		{"	cond_resched_rcu();\n	rcu_read_lock();\n	rcu_read_lock();\n	rcu_read_unlock();\n	x = p->n; /*@*/", "held rcu rcu_read_lock:4 dip cond_resched_rcu:3"},
		{"	preempt_disable();\n	schedule_preempt_disabled();\n	x = p->n; /*@*/", "held preempt :3 pause schedule_preempt_disabled:4"},
		/* by its name it waits, and it is given the object */
		{"	spin_lock(&i->i_lock);\n	foo_wait(i);\n	p->n = 1; /*@*/", "held i->i_lock:3 pause foo_wait:4; paused i:4 dip foo_wait:4"},
		{"	spin_lock(&i->i_lock);\n	foo_wait(j, 3);\n	p->n = 1; /*@*/", "held i->i_lock:3; paused j:4 dip foo_wait:4"},
		{"	spin_lock(l);\n	foo_wait(l);\n	p->n = 1; /*@*/", "held *l:3 pause foo_wait:4; paused l:4 dip foo_wait:4"},
		{"	mutex_lock(&i->m);\n	foo_wait(i);\n	p->n = 1; /*@*/", "held i->m:3; paused i:4 dip foo_wait:4"}, /* who may sleep */
		{"	spin_lock(&p->lock);\n	wait_event(p->wq, p->n);\n	wait_for_completion(&p->done);\n	FOO_wait(p->wq);\n	p->n = 1; /*@*/", "held p->lock:3; paused p->wq:6 dip FOO_wait:6"},
		/* it is given the lock */
		{"	mutex_lock(&p->lock);\n	sleep_on(p, &p->lock);\n	p->n = 1; /*@*/", "held p->lock:3 pause sleep_on:4"},
		{"	mutex_lock(&p->lock);\n	if (mutex_is_locked(&p->lock))\n		lockdep_assert_held(&p->lock);\n	p->n = 1; /*@*/", "held p->lock:3"},
		/* a caller's, which is taken again here */
		{"	release_sock(sk);\n	lock_sock(sk);\n	p->n = 1; /*@*/", "held sk->sk_lock:4 dip release_sock:3"},
		{"	if (x) {\n		release_sock(sk);\n		lock_sock(sk);\n	}\n	p->n = 1; /*@*/",
		 "undecided sk->sk_lock:5 (it is taken on some ways to the line only) dip release_sock:4"},
		/* on every way the last that was done to it */
		{"	while (x) {\n		spin_unlock(&p->lock);\n		p->n = 1; /*@*/\n		spin_lock(&p->lock);\n	}", "dropped p->lock:4"},
		{"	while (x) {\n		if (y)\n			spin_unlock(&p->lock);\n		p->n = 1; /*@*/\n	}", "dropped p->lock:5 perhaps"},
		{"	local_lock_irqsave(&m.lock, flags);\n	s = this_cpu_ptr(&m);\n	s->n = 1; /*@*/", "held m.lock:3; held irq flags:3"},
		/* interrupts are on behind it, whoever switched them off, and how often */
		{"	spin_lock_irq(&p->lock);\n	spin_unlock_irq(&p->lock);\n	p->n = 1; /*@*/", "released p->lock:4; dropped irq :4"},
		{"	lockdep_assert_irqs_disabled();\n	if (x) {\n		spin_lock_irq(&p->lock);\n		spin_unlock_irq(&p->lock);\n	}\n	p->n = 1; /*@*/",
		 "undecided irq :3 (it is released at line 6 on some ways to the line) dip spin_unlock_irq:6; released p->lock:6"},
		{"	if (x)\n		release_sock(sk);\n	p->n = 1; /*@*/", "dropped sk->sk_lock:4 perhaps"},
		{"	lockdep_assert_held(&p->lock);\n	spin_unlock(&p->lock);\n	spin_lock(&p->lock);\n	p->n = 1; /*@*/", "held p->lock:5 dip spin_unlock:4"},
		{"	lockdep_assert_held(&p->lock);\n	if (x)\n		spin_unlock(&p->lock);\n	p->n = 1; /*@*/",
		 "undecided p->lock:3 (it is released at line 5 on some ways to the line) dip spin_unlock:5"},
	};

	(void)state;
	CHECK(e);
}

static void branches(void **state)
{
	static const struct example e[] = {
		{"	spin_lock(&l);\n	if (x) {\n		spin_unlock(&l);\n		return;\n	}\n	p->n = 1; /*@*/\n	spin_unlock(&l);", "held l:3"},
		{"	spin_lock(&l);\n	if (x)\n		goto out;\n	p->n = 1; /*@*/\nout:\n	spin_unlock(&l);", "held l:3"},
		{"	if (x)\n		spin_lock(&l);\n	p->n = 1; /*@*/\n	if (x)\n		spin_unlock(&l);", "undecided l:4 (it is taken on some ways to the line only)"},
		{"	spin_lock(&l);\n	if (x)\n		spin_unlock(&l);\n	p->n = 1; /*@*/", "undecided l:3 (it is released at line 5 on some ways to the line)"},
		{"	if (x)\n		spin_lock(&l);\n	else\n		spin_lock(&l);\n	p->n = 1; /*@*/", "held l:4"},
		{"	if (x) {\n		spin_lock(&l);\n		p->n = 1; /*@*/\n		spin_unlock(&l);\n	}", "held l:4"},
		{"	if (!spin_trylock(&l))\n		return;\n	p->n = 1; /*@*/", "held l:3"},
		{"	if (spin_trylock(&l)) {\n		p->n = 1; /*@*/\n		spin_unlock(&l);\n	}", "held l:3"},
		{"	if (spin_trylock(&l)) {\n		spin_unlock(&l);\n	} else {\n		p->n = 1; /*@*/\n	}", ""},
		{"	if (unlikely(mutex_lock_interruptible(&l)))\n		return;\n	p->n = 1; /*@*/", "held l:3"},
		{"	if (mutex_lock_killable(&l) < 0)\n		return;\n	p->n = 1; /*@*/", "held l:3"},
		{"	if (down_trylock(&l) == 0) {\n		p->n = 1; /*@*/\n	}", "held l:3"},
		{"	if (x && spin_trylock(&l)) {\n		p->n = 1; /*@*/\n	}", "held l:3"},
		{"	if (x || spin_trylock(&l)) {\n		p->n = 1; /*@*/\n	}", "undecided l:3 (it is taken on some ways to the line only)"},
		{"	if (!x || !spin_trylock(&l))\n		return;\n	p->n = 1; /*@*/", "held l:3"},
		{"	ret = mutex_lock_interruptible(&l);\n	if (ret)\n		return;\n	p->n = 1; /*@*/", "held l:3"},
		{"	int ret = mutex_lock_interruptible(&l);\n	if (ret < 0)\n		return;\n	p->n = 1; /*@*/", "held l:3"},
		{"	ret = mutex_lock_interruptible(&l);\n	foo();\n	if (ret)\n		return;\n	p->n = 1; /*@*/",
		 "undecided l:3 (mutex_lock_interruptible() takes it, and may fail)"},
		{"	if ((ret = mutex_lock_interruptible(&l)) != 0)\n		return;\n	p->n = 1; /*@*/", "held l:3"},
		{"	ok = x && spin_trylock(&l);\n	p->n = 1; /*@*/", "undecided l:3 (it is taken or released under a condition)"},
		{"	switch (x) {\n	case 1:\n		spin_lock(&l);\n		break;\n	default:\n		spin_lock(&l);\n	}\n	p->n = 1; /*@*/", "held l:8"},
		{"	switch (x) {\n	case 1:\n		spin_lock(&l);\n		break;\n	}\n	p->n = 1; /*@*/", "undecided l:5 (it is taken on some ways to the line only)"},
		{"	switch (x) {\n	case 1:\n		spin_lock(&l);\n		fallthrough;\n	case 2:\n		p->n = 1; /*@*/\n	}",
		 "undecided l:5 (it is taken on some ways to the line only)"},
		{"#ifdef A\n	spin_lock(&l);\n#endif\n	p->n = 1; /*@*/", "undecided l:4 (it is taken on some ways to the line only)"},
		{"#ifdef A\n	spin_lock(&l);\n#else\n	spin_lock(&l);\n#endif\n	p->n = 1; /*@*/", "held l:4"},
		{"#if 0\n	spin_lock(&l);\n#endif\n	p->n = 1; /*@*/", ""},
		{"	if (a)\n		one();\n	else if (b)\n		spin_lock(&l);\n	else\n		return;\n	p->n = 1; /*@*/",
		 "undecided l:6 (it is taken on some ways to the line only)"},
		{"	if (a)\n		one();\n#ifdef B\n	else if (b)\n		spin_lock(&l);\n#endif\n	else\n		spin_lock(&l);\n	p->n = 1; /*@*/",
		 "undecided l:7 (it is taken on some ways to the line only)"},
		{"	spin_lock(&l);\n	if (a)\n		one();\n#ifdef B\n	else\n		two();\n#endif\n	p->n = 1; /*@*/", "held l:3"},
		{"	spin_lock(&l);\n#ifdef A\n	if (x)\n		goto out;\nout:\n#endif\n	p->n = 1; /*@*/", "held l:3"},
		{"	spin_lock(&l);\n	do {\n		p->n = 1; /*@*/\n	} while_each_thread(a, b);\n	spin_unlock(&l);", "held l:3"},
		{"	spin_lock(&p->lock);\n	++p->n; /*@*/", "held p->lock:3"},
		{"	spin_lock(&l);\n	if (a) {\n		one();\n#ifdef B\n	} else if (b) {\n		spin_unlock(&l);\n#endif\n	} else {\n		return;\n	}\n	p->n = 1; /*@*/",
		 "undecided l:3 (it is released at line 8 on some ways to the line)"},
		{"	if (a) {\n		return;\n#ifdef B\n	} else {\n		spin_lock(&l);\n#ifdef C\n		x();\n#endif\n		p->n = 1; /*@*/\n#endif\n	}", "held l:7"},
		{"	spin_lock(&l);\n#ifdef A\n	if (a)\n		one();\n	else\n#endif\n		two();\n	p->n = 1; /*@*/", "held l:3"},
		{"	spin_lock(&l);\n#ifdef A\n	if (a)\n		one();\n	else\n#endif\n		spin_unlock(&l);\n	p->n = 1; /*@*/",
		 "undecided l:3 (it is released at line 9 on some ways to the line)"},
		{"#ifdef A\n	if (a)\n		spin_lock(&l);\n	else\n#endif\n		spin_lock(&l);\n	p->n = 1; /*@*/", "held l:5"},
		{"#ifdef A\n	spin_lock(&l);\n	if (a)\n		one();\n	else\n#endif\n		p->n = 1; /*@*/", "undecided l:4 (it is taken on some ways to the line only)"},
		{"	if (a)\n#ifdef A\n		spin_lock(&l);\n#else\n		spin_lock(&l);\n#endif\n	else\n		return;\n	p->n = 1; /*@*/", "held l:5"},
		{"	if (a)\n#ifdef A\n		spin_lock(&l);\n#else\n		b();\n#endif\n	p->n = 1; /*@*/", "undecided l:5 (it is taken on some ways to the line only)"},
		{"	if (true)\n		spin_lock(&l);\n	else\n		x();\n	p->n = 1; /*@*/", "held l:4"},
		{"	if (tasklet_trylock(t)) {\n		p->n = 1; /*@*/\n		tasklet_unlock(t);\n	}",
		 "undecided tasklet_lock(t):3 (it is called like a lock, and what it takes is not known)"},
		{"	if (tasklet_trylock(t)) {\n		tasklet_unlock(t);\n		return;\n	}\n	p->n = 1; /*@*/", ""},
		{"	if (lock_task_sighand(t, &flags)) {\n		p->n = 1; /*@*/\n		unlock_task_sighand(t, &flags);\n	}", "held t->sighand->siglock:3; held irq flags:3"},
	};

	(void)state;
	CHECK(e);
}

static void loops(void **state)
{
	static const struct example e[] = {
		{"	for (i = 0; i < n; i++) {\n		spin_lock(&l);\n		p->n = 1; /*@*/\n		spin_unlock(&l);\n	}", "held l:4"},
		{"	spin_lock(&l);\n	while (x) {\n		p->n = 1; /*@*/\n		spin_unlock(&l);\n	}",
		 "undecided l:3 (it is released at line 6 on some ways to the line)"},
		{"	spin_lock(&l);\n	while (x) {\n		p->n = 1; /*@*/\n		spin_unlock(&l);\n		spin_lock(&l);\n	}", "held l:3"},
		{"	while (!spin_trylock(&l))\n		cpu_relax();\n	p->n = 1; /*@*/", "held l:3"},
		{"	for (;;) {\n		spin_lock(&l);\n		if (x)\n			break;\n		spin_unlock(&l);\n	}\n	p->n = 1; /*@*/", "held l:4"},
		{"	while (1) {\n		spin_lock(&l);\n		if (x)\n			continue;\n		p->n = 1; /*@*/\n		spin_unlock(&l);\n	}", "held l:4"},
		{"again:\n	p->n = 1; /*@*/\n	spin_lock(&l);\n	if (x)\n		goto again;\n	spin_unlock(&l);",
		 "undecided l:5 (it is taken on some ways to the line only)"},
		{"	spin_lock(&l);\nagain:\n	p->n = 1; /*@*/\n	if (x) {\n		spin_unlock(&l);\n		spin_lock(&l);\n		goto again;\n	}", "held l:3"},
		{"	list_for_each_entry(q, &p->list, node) {\n		spin_lock(&q->lock);\n		q->n = 1; /*@*/\n		spin_unlock(&q->lock);\n	}", "held q->lock:4"},
		{"	list_for_each_entry(q, &p->list, node)\n		spin_lock(&q->lock);\n	p->n = 1; /*@*/",
		 "undecided q->lock:4 (it is taken on some ways to the line only)"},
		{"	spin_lock(&q->lock);\n	q = q->next;\n	q->n = 1; /*@*/",
		 "undecided q->lock:3 (what its name goes through was assigned since: it may be another object's)"},
		{"	spin_lock(&a->lock);\n	b = a;\n	spin_unlock(&b->lock);\n	p->n = 1; /*@*/",
		 "undecided a->lock:3 (at line 5 one is released by another name); dropped b->lock:5"},
		{"	spin_lock(&a->lock);\n	spin_lock(&b->lock);\n	spin_unlock(&b->lock);\n	p->n = 1; /*@*/", "held a->lock:3; released b->lock:5"},
		{"	do {\n		spin_lock(&l);\n	} while (0);\n	p->n = 1; /*@*/", "held l:4"},
		{"	spin_lock(&l);\n	unsafe_put_user(x, p, out);\n	spin_unlock(&l);\nout:\n	p->n = 1; /*@*/",
		 "undecided l:3 (it is released at line 5 on some ways to the line)"},
	};

	(void)state;
	CHECK(e);
}

static void guards(void **state)
{
	static const struct example e[] = {
		{"	guard(mutex)(&l);\n	p->n = 1; /*@*/", "held l:3"},
		{"	{\n		guard(mutex)(&l);\n	}\n	p->n = 1; /*@*/", "released l:5"},
		{"	if (x) {\n		guard(spinlock_irqsave)(&l);\n		p->n = 1; /*@*/\n	}", "held l:4; held irq :4"},
		{"	scoped_guard(mutex, &l) {\n		p->n = 1; /*@*/\n	}", "held l:3"},
		{"	scoped_guard(mutex, &l) {\n		if (x)\n			break;\n	}\n	p->n = 1; /*@*/", "released l:7"},
		{"	scoped_guard(rcu)\n		x = p->n; /*@*/", "held rcu rcu_read_lock:3"},
		{"	scoped_cond_guard(mutex_intr, return -EINTR, &l) {\n		p->n = 1; /*@*/\n	}", "held l:3"},
		{"	guard(foo)(&l);\n	p->n = 1; /*@*/", "undecided guard(&l):3 (it is called like a lock, and what it takes is not known)"},
		{"	{\n		guard(mutex)(&l);\n		if (x)\n			goto out;\n	}\nout:\n	p->n = 1; /*@*/",
		 "undecided l:4 (it is released at line 6 on some ways to the line)"},
		{"	while (x) {\n		guard(mutex)(&l);\n		if (y)\n			break;\n		continue;\n	}\n	p->n = 1; /*@*/", "released l:6"},
		{"	ACQUIRE(mutex_intr, lock)(&l);\n	p->n = 1; /*@*/", "undecided l:3 (guard() takes it, and may fail)"},
	};

	(void)state;
	CHECK(e);
}

/* What the head of a function says. */
static void heads(void **state)
{
	(void)state;
	assert_string_equal(looked("static void f(struct s *p)\n	__must_hold(&p->lock)\n{\n	p->n = 1; /*@*/\n}\n", false, false), "asserted p->lock:2");
	assert_string_equal(looked("static void f(struct s *p)\n	__releases(&p->lock)\n{\n	spin_unlock(&p->lock);\n	p->n = 1; /*@*/\n}\n", false, false),
			    "dropped p->lock:4");
	/* each round of a loop but the first one holds what it took itself */
	assert_string_equal(looked("static void f(struct s *p)\n	__releases(p->lock)\n{\n	for (;;) {\n		p->n = 1; /*@*/\n		spin_unlock(&p->lock);\n		p = p->up;\n"
				   "		spin_lock(&p->lock);\n	}\n}\n", false, false), "asserted p->lock:2 dip spin_unlock:6");
	assert_string_equal(looked("static void f(struct work *w)\n	__must_hold(&pool->lock)\n{\n	struct pool *pool = w->pool;\n	pool->n = 1; /*@*/\n}\n", false, false),
			    "asserted pool->lock:2");
	assert_string_equal(looked("static void f(struct pool *pool)\n	__must_hold(&pool->lock)\n{\n	pool = pool->next;\n	pool->n = 1; /*@*/\n}\n", false, false),
			    "undecided pool->lock:2 (what its name goes through was assigned since: it may be another object's)");
	assert_string_equal(looked("static void f(struct s *p)\n	__releases(RCU)\n	__must_hold(bitlock)\n{\n	p->n = 1; /*@*/\n}\n", false, false), "");
	assert_string_equal(looked("static void f(struct s *p)\n	__acquires(&p->lock)\n{\n	p->n = 1; /*@*/\n}\n", false, false), "");
	assert_string_equal(looked("static inline void f(struct s *p) { spin_lock(&p->lock);\n	p->n = 1; /*@*/\n}\n", false, false), "held p->lock:1");
}

/* Where the end of a function is not known a way back to the line may come from there. */
static void a_text_that_is_cut(void **state)
{
	(void)state;
	assert_string_equal(looked("void f(void)\n{\n	spin_lock(&l);\n	p->n = 1; /*@*/\n	x();\n", true, false), "held l:3");
	assert_string_equal(looked("void f(void)\n{\n	spin_lock(&l);\n	while (x) {\n		p->n = 1; /*@*/\n		x();\n", true, false),
			    "lost: its end is not known; undecided l:3");
	assert_string_equal(looked("void f(void)\n{\n	spin_lock(&l);\nagain:\n	p->n = 1; /*@*/\n	x();\n", true, false),
			    "lost: its end is not known; undecided l:3");
}

static void what_is_not_understood_is_undecided(void **state)
{
	static const struct example e[] = {
		{"	spin_lock(&l);\n#ifdef A\n	if (x) {\n#else\n	{\n#endif\n	p->n = 1; /*@*/\n	}", "lost: an #if cuts through its statements; undecided l:3"},
		{"	spin_lock(&l);\n	goto *table[x];\n	p->n = 1; /*@*/", "lost: a goto does not name its label; undecided l:3"},
		{"	spin_lock(&l);\n	return;\n	p->n = 1; /*@*/", "lost: the line was not found among its statements; undecided l:3"},
		{"	spin_lock(&l);\n	} else {\n	p->n = 1; /*@*/", "lost: the line was not found among its statements; undecided l:3"},
		{"	spin_lock(&l);\n	if (x\n	p->n = 1; /*@*/", "lost: its parentheses do not fit; undecided l:3"},
		{"	spin_lock(&l);\n	break;\n	p->n = 1; /*@*/", "lost: a break stands outside of a loop; undecided l:3"},
		{"	spin_lock(&l);\n	asm goto(\"\" : : : : out);\n	p->n = 1; /*@*/\nout:", "lost: an asm jumps to labels; undecided l:3"},
	};

	(void)state;
	CHECK(e);
}

static void marks(void **state)
{
	(void)state;
	assert_string_equal(looked("void f(void)\n{\n	smp_mb();\n	x = READ_ONCE(p->n) + 1; /*@*/\n	atomic_inc(&p->refs);\n	smp_wmb();\n	WRITE_ONCE(q->n, 1);\n}\n", false, true),
			    "at READ_ONCE(p->n):4; before smp_mb():3; behind smp_wmb():6; behind WRITE_ONCE(q->n, 1):7");
	assert_string_equal(looked("void f(void)\n{\n	q = rcu_dereference(p->q);\n	r = rcu_dereference(p->r);\n	WRITE_ONCE(waiter, true);\n	q->n = waiter; /*@*/\n}\n", false, true),
			    "before WRITE_ONCE(waiter, true):5; before rcu_dereference(p->q):3");
	assert_string_equal(looked("void rcu_dereference(unsigned long n)\n{\n	n = rcu_is_leaf_node(n); /*@*/\n	x = READ_ONCE(*(unsigned long *)n);\n}\n", false, true),
			    "behind READ_ONCE(*(unsigned long*)n):4");
	assert_string_equal(looked("void f(void)\n{\n	if (data_race(p->n) >\n	    READ_ONCE(p->m)) /*@*/\n		x();\n}\n", false, true),
			    "at data_race(p->n):3; at READ_ONCE(p->m):4");
	assert_string_equal(looked("void f(void)\n{\n	spin_lock(&l);\n	x = p->n; /*@*/ // READ_ONCE(x)\n}\n", false, true), "");
}

/* ---- hostile ---- */

static void large_of(size_t bytes, const char *before, const char *again, const char *after, const char *found)
{
	struct buf b = BUF_INIT;
	const char *is;

	buf_adds(&b, before);
	while (b.n < bytes)
		buf_adds(&b, again);
	buf_adds(&b, after);
	is = looked(buf_str(&b), false, false);
	if (strcmp(is, found) != 0)
		fail_msg("of \"%s\"…\nis:     %.300s\nwanted: %s", again, is, found);
	buf_release(&b);
}

static void large(const char *before, const char *again, const char *after, const char *found)
{
	large_of(1 << 18, before, again, after, found);
}

static void large_and_deep(void **state)
{
#define END "	p->n = 1; /*@*/\n}\n"
	(void)state;
	large_of(1 << 20, "void f(void)\n{\n	mutex_lock(&m);\n", "	if (x) {\n		spin_lock(&l);\n		spin_unlock(&l);\n	}\n", END,
	      "held m:3; released l:85598");
	large("void f(void)\n{\n	mutex_lock(&m);\n", "{ statement();\n", END, "lost: its statements are too deep in each other; undecided m:3");
	large("void f(void)\n{\n	mutex_lock(&m);\n", "(", END, "lost: its brackets do not fit; undecided m:3");
	large("void f(void)\n{\n	mutex_lock(&m);\n", "	if (condition)\n", END, "lost: its statements are too deep in each other; undecided m:3");
	large("void f(void)\n{\n	mutex_lock(&m);\n", "	if (condition) statement();\n	else ", END, "held m:3");
	large("void f(void)\n{\n	mutex_lock(&m);\n	if (", "(condition + !", END, "lost: its parentheses do not fit; undecided m:3");
	large("void f(void)\n{\n	mutex_lock(&m);\n	if (x", " && condition", ")\n		y();\n" END, "held m:3");
	large("void f(void)\n{\n	mutex_lock(&m);\n", "	while (condition)\n", "y();\n" END, "lost: its statements are too deep in each other; undecided m:3");
	large("void f(void)\n{\n	mutex_lock(&m);\n", "	while (condition) statement(first, second);\n", END, "lost: it has too many labels and loops; undecided m:3");
	large("void f(void)\n{\n	mutex_lock(&m);\n", "label: statement(first); goto label;\n", END, "lost: the line was not found among its statements; undecided m:3");
	large("void f(void)\n{\n	mutex_lock(&m);\n", "}\n", END, "lost: the line was not found among its statements; undecided m:3");
	large("void f(void)\n{\n	mutex_lock(&m);\n/*", "{ if ", "*/\n" END, "held m:3");
	large("void f(void)\n{\n	mutex_lock(&m);\n	x = \"", "{ if \\\"", "\";\n" END, "held m:3");
	large("void f(void)\n{\n	mutex_lock(&m);\n", "#if X\n", END, "lost: an #if cuts through its statements; undecided m:3");
	large("void f(void)\n{\n	mutex_lock(&m);\n	switch (x) {\n", "	case CONDITION: statement();\n", "}\n" END, "held m:3");
}

static void many_locks(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_adds(&b, "void f(void)\n{\n");
	for (int i = 0; i < 40; i++)
		buf_addf(&b, "	spin_lock(&l%d);\n", i);
	buf_adds(&b, END);
	assert_true(slice_starts(slice_str(looked(buf_str(&b), false, false)), "lost: it takes too many locks; undecided l0:3; undecided l1:4"));
	buf_release(&b);
	assert_string_equal(looked("", false, false), "lost: its beginning was not found");
	assert_string_equal(looked("{", true, false), "");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(straight_on),
	cmocka_unit_test(released_for_a_while),
	cmocka_unit_test(branches),
	cmocka_unit_test(loops),
	cmocka_unit_test(guards),
	cmocka_unit_test(heads),
	cmocka_unit_test(a_text_that_is_cut),
	cmocka_unit_test(what_is_not_understood_is_undecided),
	cmocka_unit_test(marks),
	cmocka_unit_test(large_and_deep),
	cmocka_unit_test(many_locks),
};

TEST_MAIN()
