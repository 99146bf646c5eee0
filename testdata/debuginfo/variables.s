/* DWARF 5 written by hand, so that each form of a variable's place is there whatever the compiler: no relocations, all
   names inline. Two functions: places() at 0x1000 has the places, flow() at 0x2000 only says what its parameters are
   when it begins; its code is written in the tests. */


	.section .debug_abbrev,"",%progbits
	/* number, tag, has children; then attribute and form */
	.macro	abbrev number, tag, children, pairs:vararg
	.uleb128 \number, \tag
	.byte	\children
	.uleb128 \pairs
	.byte	0, 0
	.endm
	abbrev 1, 0x11, 1, 0x03, 0x08, 0x13, 0x0b, 0x11, 0x01, 0x12, 0x06		/* unit: name, language, low_pc, high_pc */
	abbrev 2, 0x24, 0, 0x03, 0x08, 0x0b, 0x0b, 0x3e, 0x0b		/* base type: name, size, encoding */
	abbrev 3, 0x13, 1, 0x03, 0x08, 0x0b, 0x0b			/* struct: name, size */
	abbrev 4, 0x0d, 0, 0x03, 0x08, 0x49, 0x13, 0x38, 0x0b		/* member: name, type, offset */
	abbrev 5, 0x0f, 0, 0x0b, 0x0b, 0x49, 0x13			/* pointer: size, type */
	abbrev 6, 0x2e, 0, 0x03, 0x08, 0x49, 0x13, 0x3c, 0x19		/* function's declaration: name, type */
	abbrev 7, 0x2e, 0, 0x03, 0x08, 0x87, 0x19, 0x3c, 0x19	/* one that does not return */
	abbrev 8, 0x2e, 1, 0x03, 0x08, 0x20, 0x0b			/* inlined function: name */
	abbrev 9, 0x05, 0, 0x03, 0x08, 0x49, 0x13			/* its parameter */
	abbrev 10, 0x2e, 1, 0x03, 0x08, 0x11, 0x01, 0x12, 0x06, 0x40, 0x18	/* function: name, low_pc, high_pc, frame base */
	abbrev 11, 0x05, 0, 0x03, 0x08, 0x49, 0x13, 0x02, 0x17		/* parameter with a location list */
	abbrev 12, 0x05, 0, 0x03, 0x08, 0x49, 0x13, 0x02, 0x18		/* parameter with one location */
	abbrev 13, 0x34, 0, 0x03, 0x08, 0x49, 0x13, 0x02, 0x18		/* variable with one location */
	abbrev 14, 0x34, 0, 0x03, 0x08, 0x49, 0x13, 0x1c, 0x0d		/* variable of a constant value */
	abbrev 15, 0x1d, 1, 0x31, 0x13, 0x11, 0x01, 0x12, 0x06		/* inlined call: origin, low_pc, high_pc */
	abbrev 16, 0x05, 0, 0x31, 0x13, 0x02, 0x18			/* its parameter: origin, location */
	abbrev 17, 0x0b, 1, 0x11, 0x01, 0x12, 0x06			/* block: low_pc, high_pc */
	abbrev 18, 0x48, 0, 0x7d, 0x01, 0x7f, 0x13			/* call site: return_pc, origin */
	abbrev 19, 0x34, 0, 0x03, 0x08, 0x49, 0x13, 0x02, 0x17		/* variable with a location list */
	abbrev 20, 0x34, 0, 0x03, 0x08, 0x49, 0x13			/* variable without a location */
	abbrev 21, 0x01, 1, 0x49, 0x13					/* array: type */
	abbrev 22, 0x21, 0, 0x2f, 0x0b					/* its upper bound */
	.byte	0

	.section .debug_loclists,"",%progbits
	.long	lists_end - lists_start
lists_start:
	.short	5
	.byte	8, 0
	.long	0
	.macro	place begin, length, ops:vararg
	.byte	8
	.quad	\begin
	.uleb128 \length
	.uleb128 9f - 8f
8:	.byte	\ops
9:
	.endm
list_dev:
	place 0x1000, 0x10, 0x55		/* rdi */
	place 0x1010, 0x10, 0x53		/* rbx */
	place 0x1020, 0x20, 0xa3, 1, 0x55, 0x9f	/* entry value of rdi */
	.byte	0
list_flow_dev:
	place 0x2000, 1, 0x55			/* rdi */
	.byte	0
list_flow_queue:
	place 0x2000, 1, 0x54			/* rsi */
	.byte	0
lists_end:

	.section .debug_info,"",%progbits
info:
	.long	info_end - info_start
info_start:
	.short	5
	.byte	1, 8
	.long	0
	.macro	die number, name
	.uleb128 \number
	.ifnb	\name
	.asciz	"\name"
	.endif
	.endm
	.macro	type of
	.long	type_\of - info
	.endm
	.macro	location ops:vararg
	.uleb128 9f - 8f
8:	.byte	\ops
9:
	.endm
	.macro	member name, of, offset
	die	4, \name
	type	\of
	.byte	\offset
	.endm
	.macro	variable number, name, of, ops:vararg
	die	\number, \name
	type	\of
	location \ops
	.endm

	die	1, "variables.c"
	.byte	0x1d			/* C11 */
	.quad	0x1000
	.long	0x2000
type_int:
	die	2, "int"
	.byte	4, 5
type_dev:
	die	3, "dev"
	.byte	0x40
	member	"id", int, 0
	member	"next", dev_pointer, 8
	member	"queue", queue_pointer, 16
	member	"inner", queue, 24
	member	"slots", slots, 40
	.byte	0
type_queue:
	die	3, "queue"
	.byte	16
	member	"owner", dev_pointer, 0
	member	"len", int, 8
	member	"depth", int, 12
	.byte	0
type_dev_pointer:
	die	5
	.byte	8
	type	dev
type_queue_pointer:
	die	5
	.byte	8
	type	queue
type_slots:
	die	21
	type	queue_pointer
	die	22
	.byte	2
	.byte	0
type_get_dev:
	die	6, "get_dev"
	type	dev_pointer
type_stop:
	die	7, "stop"
type_helper:
	die	8, "helper"
	.byte	1
type_helper_p:
	die	9, "p"
	type	queue_pointer
	.byte	0
	variable 13, "table", dev, 3, 0, 0x50, 0, 0, 0, 0, 0, 0	/* at 0x5000 */

	die	10, "places"
	.quad	0x1000
	.long	0x40
	location 0x9c			/* the canonical frame address */
	die	11, "dev"
	type	dev_pointer
	.long	list_dev - lists_start + 4
	variable 12, "n", int, 0x54	/* rsi */
	variable 13, "buffer", queue, 0x91, 0x60			/* fbreg -32 */
	variable 13, "loaded", dev_pointer, 0x75, 8, 6, 0x9f		/* *(rdi + 8) */
	variable 13, "deep", queue_pointer, 0x73, 16, 6, 0x23, 24, 6, 0x9f	/* *(*(rbx + 16) + 24) */
	variable 13, "in_memory", dev_pointer, 0x73, 8			/* stands at rbx + 8 */
	variable 13, "container", dev_pointer, 0x73, 0x70, 0x9f	/* rbx - 16 */
	variable 13, "pieces", dev_pointer, 0x50, 0x93, 4, 0x51, 0x93, 4	/* half in rax, half in rdx */
	variable 13, "sum", dev_pointer, 0x73, 0, 0x75, 0, 0x22, 0x9f	/* rbx + rdi */
	variable 13, "null", dev_pointer, 0x30, 0x9f			/* 0 */
	variable 13, "error", dev_pointer, 9, 0xea, 0x9f		/* -22 */
	variable 13, "number", int, 0x30, 0x9f				/* 0, but no pointer */
	die	14, "fixed"
	type	dev_pointer
	.byte	16
	variable 13, "counter", int, 3, 0, 0x60, 0, 0, 0, 0, 0, 0	/* static, at 0x6000 */
	variable 13, "far", dev_pointer, 0x90, 15			/* register 15 */
	variable 13, "farther", dev_pointer, 0x90, 40			/* register 40: none that is followed */
	variable 13, "empty", dev_pointer				/* optimised out */
	die	20, "gone"
	type	dev_pointer
	die	15
	type	helper
	.quad	0x1008
	.long	0x10
	die	16
	type	helper_p
	location 0x51			/* rdx */
	die	17
	.quad	0x100c
	.long	4
	variable 13, "q", queue_pointer, 0x52				/* rcx */
	.byte	0
	.byte	0
	die	18
	.quad	0x1015
	type	get_dev
	die	18
	.quad	0x103a
	type	stop
	.byte	0

	die	10, "flow"
	.quad	0x2000
	.long	0x100
	location 0x9c
	die	11, "dev"
	type	dev_pointer
	.long	list_flow_dev - lists_start + 4
	die	11, "queue"
	type	queue_pointer
	.long	list_flow_queue - lists_start + 4
	die	18
	.quad	0x2005
	type	get_dev
	.byte	0
	.byte	0
info_end:

	.section .note.GNU-stack,"",%progbits
