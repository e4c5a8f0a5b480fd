/* SPDX-License-Identifier: GPL-2.0 */
/* arm64's memcmp(), extracted as for kernel.c. */
#ifdef __aarch64__
#define SYM_FUNC_START(name)		.globl name; name:
#define SYM_FUNC_END(name)
#define SYM_FUNC_ALIAS_WEAK(name, of)
#define EXPORT_SYMBOL_NOKASAN(name)
#define __pi_memcmp			kernel_memcmp
#include "extracted.S"
#endif
.section .note.GNU-stack, "", %progbits
