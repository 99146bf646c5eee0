/* System calls, the assembler side: swap stacks, save the registers, call C, put them back. */
	.text
	.globl	entry_SYSCALL_64
	.type	entry_SYSCALL_64, @function
	.balign	16
entry_SYSCALL_64:
	swapgs
	movq	%rsp, %gs:0x6014
	movq	%gs:0x1ac90, %rsp
	pushq	$0x2b
	pushq	%gs:0x6014
	pushq	%r11
	pushq	$0x33
	pushq	%rcx
	.globl	entry_SYSCALL_64_after_hwframe
	.type	entry_SYSCALL_64_after_hwframe, @function
entry_SYSCALL_64_after_hwframe:
	pushq	%rax
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	$-38
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, %rdi
	movslq	%eax, %rsi
	call	do_syscall_64
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rax
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
	movq	0x18(%rsp), %rsp
	swapgs
	sysretq
	.size	entry_SYSCALL_64, . - entry_SYSCALL_64
	.size	entry_SYSCALL_64_after_hwframe, . - entry_SYSCALL_64_after_hwframe
	.section .note.GNU-stack, "", @progbits
