#include "report/context.h"

/* Names that begin so, on the machines that reports were seen from. */
static const char *const entries[] = {
	/* x86 */
	"asm_sysvec_", "asm_common_interrupt", "asm_exc_nmi", "apic_timer_interrupt", "reschedule_interrupt",
	"call_function_interrupt", "call_function_single_interrupt", "irq_work_interrupt", "ret_from_intr",
	/* arm64 */
	"el1h_64_irq", "el1t_64_irq", "el0t_64_irq", "el0t_32_irq", "el1_irq", "el0_irq",
	/* powerpc */
	"HardwareInterrupt", "Decrementer", "hardware_interrupt_common", "decrementer_common",
	"doorbell_super_common",
	/* s390 */
	"ext_int_handler", "io_int_handler",
};

bool context_is_interrupt_entry(struct slice function)
{
	for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
		if (!slice_starts(function, entries[i]))
			continue;
		/* on arm64 the handlers are named like their entries */
		return !slice_ends(function, "_handler") || slice_is(function, entries[i]);
	}
	return false;
}

bool context_is_kcsan(struct slice function)
{
	size_t at = slice_find(function, "kcsan_", 0);

	if (slice_find(function, "tsan_", 0) != SLICE_NONE || slice_is(function, "print_report"))
		return true;
	/* its own tests are ordinary code */
	return at != SLICE_NONE && !slice_starts(slice_sub(function, at, function.n), "kcsan_test");
}
