/*
 * What accesses are to, in real reports.  The lines of source are those of the kernels that the reports are of, as far as they
 * matter; what is expected was worked out by hand.
 */
#define _GNU_SOURCE /* mkdtemp, setenv */
#include "app/race.h"

#include "tests/recording.h"

struct lines {
	const char *path;
	unsigned line;
	const char *text;
};

static void take_words(struct session *s, void *arg)
{
	race_words(s, arg);
}

static void assert_words(const char *report, const struct lines *l, const char *words)
{
	char name[200];
	struct recording r;
	struct buf text = BUF_INIT, b = BUF_INIT;
	struct err e = {0};

	snprintf(name, sizeof name, "kcsan-reports/collected/%s.txt", report);
	if (fs_read(test_data(name), &text, &e) < 0)
		fail_msg("%s", e.msg);
	recording_begin(&r, buf_slice(&text));
	for (; l->path; l++)
		recording_read(&r, l->path, l->line, l->text);
	recording_open(&r, take_words, &b);
	assert_string_equal(buf_str(&b), words);
	buf_release(&b);
	buf_release(&text);
}

static void a_list_is_changed_through_neighbours(void **state)
{
	(void)state;
	assert_words("059-copy_mm-percpu_counter_destroy_many",
		     (const struct lines[]){
			     {"include/linux/list.h", 193, "static inline void __list_del(struct list_head * prev, struct list_head * next)\n{\n\tnext->prev = prev;\n"
							   "\tWRITE_ONCE(prev->next, next);\n}\n"},
			     {"include/linux/list.h", 213, "static inline void __list_del_entry(struct list_head *entry)\n{\n\tif (!__list_del_entry_valid(entry))\n"
							   "\t\treturn;\n\n\t__list_del(entry->prev, entry->next);\n}\n"},
			     {"include/linux/list.h", 227, "static inline void list_del(struct list_head *entry)\n{\n\t__list_del_entry(entry);\n"},
			     {"lib/percpu_counter.c", 244, "\t\tlist_del(&fbc[i].list);\n"},
			     {"kernel/fork.c", 1728, "\tmemcpy(mm, oldmm, sizeof(*mm));\n"},
			     {0}},
		     "The first write is to next->prev, by the text of its line; in percpu_counter_destroy_many that is fbc[i].list.next->prev. "
		     "The second read is to *oldmm, by the text of its line.");
	/* the same, where nobody read list.h */
	assert_words("059-copy_mm-percpu_counter_destroy_many",
		     (const struct lines[]){{"lib/percpu_counter.c", 244, "\t\tlist_del(&fbc[i].list);\n"}, {0}},
		     "The first write is to fbc[i].list or what it is linked with, by what is called. "
		     "The second read is to a line whose text is not known.");
	assert_words("064-del_timer-detach_if_pending",
		     (const struct lines[]){
			     {"include/linux/list.h", 758, "static inline void __hlist_del(struct hlist_node *n)\n{\n\tstruct hlist_node *next = n->next;\n"
							   "\tstruct hlist_node **pprev = n->pprev;\n\n\tWRITE_ONCE(*pprev, next);\n\tif (next)\n"
							   "\t\tWRITE_ONCE(next->pprev, pprev);\n}\n"},
			     {"kernel/time/timer.c", 807, "static inline void detach_timer(struct timer_list *timer, bool clear_pending)\n{\n"
							  "\tstruct hlist_node *entry = &timer->entry;\n\n\tdebug_deactivate(timer);\n\n\n\n\t__hlist_del(entry);\n"},
			     {"kernel/time/timer.c", 832, "\tdetach_timer(timer, clear_pending);\n"},
			     {"kernel/time/timer.c", 1198, "\tif (timer_pending(timer)) {\n"},
			     {0}},
		     "The first write is not to be told from the text of its line; detach_if_pending calls detach_timer(timer, clear_pending). "
		     "The second read is to timer, by the text of its line, where that is no local variable.");
}

static void helpers_are_named_by_their_callers(void **state)
{
	(void)state;
	assert_words("083-glue_cbc_decrypt_req_128bit-glue_cbc_decrypt_req_128bit",
		     (const struct lines[]){
			     {"include/crypto/b128ops.h", 64, "static inline void u128_xor(u128 *r, const u128 *p, const u128 *q)\n{\n\tr->a = p->a ^ q->a;\n"
							      "\tr->b = p->b ^ q->b;\n}\n"},
			     {"arch/x86/crypto/glue_helper.c", 144, "\t\t\tu128_xor(dst, dst, (u128 *)walk.iv);\n"},
			     {0}},
		     "The first write is to r->b, by the text of its line; in glue_cbc_decrypt_req_128bit that is dst->b. "
		     "The second read is to one of these: p->b (dst->b), q->b (((u128*)walk.iv)->b).");
	assert_words("191-__skb_wait_for_more_packets-__sock_queue_rcv_skb",
		     (const struct lines[]){
			     {"include/linux/skbuff.h", 1844, "static inline void __skb_insert(struct sk_buff *newsk,\n\t\t\t\tstruct sk_buff *prev, struct sk_buff *next,\n"
							      "\t\t\t\tstruct sk_buff_head *list)\n{\n\t/* See skb_queue_empty_lockless() */\n\n"
							      "\tWRITE_ONCE(newsk->next, next);\n\tWRITE_ONCE(newsk->prev, prev);\n\tWRITE_ONCE(next->prev, newsk);\n"},
			     {"include/linux/skbuff.h", 1954, "static inline void __skb_queue_before(struct sk_buff_head *list,\n\t\t\t\t      struct sk_buff *next,\n"
							      "\t\t\t\t      struct sk_buff *newsk)\n{\n\t__skb_insert(newsk, next->prev, next, list);\n}\n"},
			     {"include/linux/skbuff.h", 1988, "static inline void __skb_queue_tail(struct sk_buff_head *list,\n\t\t\t\t   struct sk_buff *newsk)\n{\n"
							      "\t__skb_queue_before(list, (struct sk_buff *)list, newsk);\n}\n"},
			     {"net/core/sock.c", 477, "\t__skb_queue_tail(list, skb);\n"},
			     {"net/core/datagram.c", 87, "int __skb_wait_for_more_packets(struct sock *sk, int *err, long *timeo_p,\n\t\t\t\tconst struct sk_buff *skb)\n{\n"
							 "\tint error;\n\tDEFINE_WAIT_FUNC(wait, receiver_wake_function);\n\n\tprepare_to_wait_exclusive(sk_sleep(sk), &wait, TASK_INTERRUPTIBLE);\n"
							 "\n\t/* Socket errors? */\n\terror = sock_error(sk);\n\tif (error)\n\t\tgoto out_err;\n\n\tif (sk->sk_receive_queue.prev != skb)\n"},
			     {0}},
		     "The first write is to next->prev, by the text of its line; in __sock_queue_rcv_skb that is ((struct sk_buff*)list)->prev. "
		     "The second read is to sk->sk_receive_queue.prev, by the text of its line.");
	assert_words("023-__flush_work-__flush_work",
		     (const struct lines[]){
			     {"include/linux/instrumented.h", 38, "static __always_inline void instrument_write(const volatile void *v, size_t size)\n{\n"
								  "\tkasan_check_write(v, size);\n\tkcsan_check_write(v, size);\n}\n"},
			     {"include/asm-generic/bitops/instrumented-non-atomic.h", 25, "static __always_inline void\n___set_bit(unsigned long nr, volatile unsigned long *addr)\n{\n"
											  "\tinstrument_write(addr + BIT_WORD(nr), sizeof(long));\n\tarch___set_bit(nr, addr);\n}\n"},
			     {"kernel/workqueue.c", 3790, "\t__set_bit(WORK_STRUCT_PENDING_BIT, work_data_bits(&barr->work));\n"},
			     {"kernel/workqueue.c", 4188, "\t\tunsigned long data = *work_data_bits(work);\n"},
			     {0}},
		     "The first write is to *v, by the text of its line; in ___set_bit that is *(addr+BIT_WORD(nr)). "
		     "The second read is to one of these: work, *work_data_bits().");
	assert_words("181-generic_fillattr-inode_set_ctime_current",
		     (const struct lines[]){
			     {"include/linux/fs.h", 1621, "static inline long inode_get_ctime_nsec(const struct inode *inode)\n{\n\treturn inode->i_ctime_nsec;\n}\n"},
			     {"include/linux/fs.h", 1626, "static inline struct timespec64 inode_get_ctime(const struct inode *inode)\n{\n"
							  "\tstruct timespec64 ts = { .tv_sec  = inode_get_ctime_sec(inode),\n\t\t\t\t .tv_nsec = inode_get_ctime_nsec(inode) };\n"},
			     {"include/linux/fs.h", 1634, "static inline struct timespec64 inode_set_ctime_to_ts(struct inode *inode,\n\t\t\t\t\t\t      struct timespec64 ts)\n{\n"
							  "\tinode->i_ctime_sec = ts.tv_sec;\n\tinode->i_ctime_nsec = ts.tv_nsec;\n"},
			     {"fs/inode.c", 2626, "\tinode_set_ctime_to_ts(inode, now);\n"},
			     {"fs/stat.c", 62, "\tstat->ctime = inode_get_ctime(inode);\n"},
			     {0}},
		     "Both lines name inode->i_ctime_nsec.");
}

static void expressions_are_taken_apart(void **state)
{
	(void)state;
	assert_words("272-__fat_write_inode-fat12_ent_get",
		     (const struct lines[]){{"fs/fat/inode.c", 877, "\t\traw_entry->size = cpu_to_le32(inode->i_size);\n"},
					    {"fs/fat/fatent.c", 125, "\t\tnext = (*ent12_p[0] >> 4) | (*ent12_p[1] << 4);\n"},
					    {0}},
		     "The first write is to raw_entry->size, by the text of its line. The second read is to *ent12_p[], by the text of its line.");
	assert_words("253-copy_process-release_task",
		     (const struct lines[]){{"kernel/exit.c", 71, "static void __unhash_process(struct task_struct *p, bool group_dead)\n{\n\tnr_threads--;\n"},
					    {"kernel/exit.c", 147, "\t__unhash_process(tsk, group_dead);\n"},
					    {"kernel/exit.c", 198, "\t__exit_signal(p);\n"},
					    {"kernel/fork.c", 1980, "\tif (nr_threads >= max_threads)\n"},
					    {0}},
		     "The first write is to nr_threads, by the text of its line. "
		     "The second read is to one of these: nr_threads, max_threads; of them the other side's line names nr_threads alone, for the same bytes.");
	assert_words("098-jbd2_journal_dirty_metadata-jbd2_journal_dirty_metadata",
		     (const struct lines[]){{"fs/jbd2/transaction.c", 1512, "\tif (data_race(jh->b_modified == 1)) {\n"},
					    {"fs/jbd2/transaction.c", 1556, "\t\tjh->b_modified = 1;\n"},
					    {0}},
		     "Both lines name jh->b_modified.");
	assert_words("158-__bpf_lru_list_rotate-__htab_lru_percpu_map_update_elem",
		     (const struct lines[]){
			     {"kernel/bpf/bpf_lru_list.c", 95, "static void __bpf_lru_node_move(struct bpf_lru_list *l,\n\t\t\t\tstruct bpf_lru_node *node,\n"
							       "\t\t\t\tenum bpf_lru_list_type tgt_type)\n{\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\tnode->ref = 0;\n"},
			     {"kernel/bpf/bpf_lru_list.c", 136, "static void __bpf_lru_list_rotate_active(struct bpf_lru *lru,\n\t\t\t\t\t struct bpf_lru_list *l)\n{\n"
								"\tstruct list_head *active = &l->lists[BPF_LRU_LIST_T_ACTIVE];\n\tstruct bpf_lru_node *node, *tmp_node, *first_node;\n"
								"\n\n\n\n\n\n\n\n\t\t\t__bpf_lru_node_move(l, node, BPF_LRU_LIST_T_ACTIVE);\n"},
			     {"kernel/bpf/bpf_lru_list.c", 240, "\t__bpf_lru_list_rotate_active(lru, l);\n"},
			     {"kernel/bpf/bpf_lru_list.h", 66, "static inline void bpf_lru_node_set_ref(struct bpf_lru_node *node)\n{\n\t/* ref is an approximation on access frequency.  It does not\n"
							       "\t * have to be very accurate. */\n\tif (!node->ref)\n\t\tnode->ref = 1;\n}\n"},
			     {"kernel/bpf/hashtab.c", 1332, "\t\tbpf_lru_node_set_ref(&l_new->lru_node);\n"},
			     {0}},
		     "The first write is to node->ref, by the text of its line; __bpf_lru_list_rotate calls __bpf_lru_list_rotate_active(lru, l). "
		     "The second read is to node->ref, by the text of its line; in __htab_lru_percpu_map_update_elem that is l_new->lru_node.ref.");
	assert_words("208-wg_packet_decrypt_worker-wg_packet_rx_poll",
		     (const struct lines[]){{"drivers/net/wireguard/receive.c", 321, "\t\tcounter->counter = their_counter;\n"},
					    {"drivers/net/wireguard/receive.c", 461, "\t\tif (unlikely(!counter_validate(&keypair->receiving_counter,\n"
										     "\t\t\t\t\t       PACKET_CB(skb)->nonce))) {\n"},
					    {"drivers/net/wireguard/receive.c", 252, "\t\t   keypair->receiving_counter.counter >= REJECT_AFTER_MESSAGES)) {\n"},
					    {0}},
		     "The first write is to counter->counter, by the text of its line; wg_packet_rx_poll calls "
		     "counter_validate(&keypair->receiving_counter, PACKET_CB(skb)->nonce). "
		     "The second read is to one of these: keypair, keypair->receiving_counter.counter; "
		     "the other side's line names counter->counter, for the same bytes, which of them can be keypair->receiving_counter.counter alone.");
}

static void assert_told(const char *first, const char *second, const struct lines *l, const char *words)
{
	struct recording r;
	struct buf report = BUF_INIT, b = BUF_INIT;

	buf_addf(&report, "BUG: KCSAN: data-race in fa / fb\n\n%s by task 1 on cpu 0:\n fa+0x1/0x2 net/a.c:5\n\n%s by task 2 on cpu 1:\n fb+0x1/0x2 net/b.c:5\n\n"
			  "Reported by Kernel Concurrency Sanitizer on:\nCPU: 1 PID: 2 Comm: x Not tainted 6.1.0 #7\n", first, second);
	recording_begin(&r, buf_slice(&report));
	for (; l->path; l++)
		recording_read(&r, l->path, l->line, l->text);
	recording_open(&r, take_words, &b);
	assert_string_equal(buf_str(&b), words);
	buf_release(&b);
	buf_release(&report);
}

/* Of several candidates the other side may name one; it says so only where both are to the same bytes. */
static void the_other_side_names_one(void **state)
{
	const char *first = "write to 0xffff888100001008 of 4 bytes", *second = "read to 0xffff888100001008 of 4 bytes";
	const struct lines sock[] = {{"net/a.c", 5, "\tsk->sk_err = 0;\n"}, {"net/b.c", 5, "\t\tif (sk->sk_err || (sk->sk_shutdown & SEND_SHUTDOWN))\n"}, {0}};
	const struct lines lent[] = {{"net/a.c", 5, "\tsk->sk_max_ack_backlog\t= backlog;\n"},
				     {"net/b.c", 5, "\treturn skb_queue_len_lockless(&sk->sk_receive_queue) > sk->sk_max_ack_backlog;\n"},
				     {0}};
	const struct lines neither[] = {{"net/a.c", 5, "\tp->c = 0;\n"}, {"net/b.c", 5, "\tif (p->a || p->b)\n"}, {0}};
	const struct lines both[] = {{"net/a.c", 5, "\tp->a = 0;\n"}, {"net/b.c", 5, "\tif (p->a || q->a)\n"}, {0}};

	(void)state;
	assert_told(first, second, sock,
		    "The first write is to sk->sk_err, by the text of its line. The second read is to one of these: sk->sk_err, sk->sk_shutdown; "
		    "of them the other side's line names sk->sk_err alone, for the same bytes.");
	assert_told(first, "read to 0xffff88810000100a of 2 bytes", sock,
		    "The first write is to sk->sk_err, by the text of its line. The second read is to one of these: sk->sk_err, sk->sk_shutdown.");
	/* whose address alone is taken, for a function, is accessed there */
	assert_told(first, second, lent, "Both lines name sk->sk_max_ack_backlog.");
	/* a line that is none of code, as of another version of the file */
	assert_told(first, second, (const struct lines[]){{"net/a.c", 3, "\t/*\n\t * If timer->expires is already\n\t * in the past\n\t */\n"}, {"net/b.c", 4, "\n\n\tp->n = 1;\n"}, {0}},
		    "The first write is not to be told from the text of its line. The second read is not to be told from the text of its line.");
	assert_told(first, second, (const struct lines[]){{"net/a.c", 3, "\t/* a\n\t * b\n\t * in the past */ p->a = q; /* c->d\n"}, {"net/b.c", 4, "\t/* e */\n\treturn p->a;\n"}, {0}},
		    "Both lines name p->a.");
	assert_told(first, second, neither, "The first write is to p->c, by the text of its line. The second read is to one of these: p->a, p->b.");
	assert_told(first, second, both, "The first write is to p->a, by the text of its line. The second read is to one of these: p->a, q->a.");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_list_is_changed_through_neighbours),
	cmocka_unit_test(helpers_are_named_by_their_callers),
	cmocka_unit_test(expressions_are_taken_apart),
	cmocka_unit_test(the_other_side_names_one),
};

TEST_MAIN()
