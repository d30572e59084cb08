/* SPDX-License-Identifier: GPL-2.0 */
/* The words with which Windows sources describe parameters: they mean nothing here. */
#ifndef NTIO_WIN32_SAL_H
#define NTIO_WIN32_SAL_H

/* What comes later must not find its own parameters' names among them. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#define _In_
#define _In_opt_
#define _In_z_
#define _In_opt_z_
#define _In_reads_(n)
#define _In_reads_opt_(n)
#define _In_reads_bytes_(n)
#define _In_reads_bytes_opt_(n)
#define _In_range_(low, high)
#define _Inout_
#define _Inout_opt_
#define _Inout_updates_(n)
#define _Inout_updates_opt_(n)
#define _Inout_updates_bytes_(n)
#define _Inout_updates_bytes_opt_(n)
#define _Inout_z_
#define _Out_
#define _Out_opt_
#define _Out_writes_(n)
#define _Out_writes_opt_(n)
#define _Out_writes_z_(n)
#define _Out_writes_to_(n, m)
#define _Out_writes_bytes_(n)
#define _Out_writes_bytes_opt_(n)
#define _Out_writes_bytes_to_(n, m)
#define _Out_writes_bytes_to_opt_(n, m)
#define _Outptr_
#define _Outptr_opt_
#define _Outptr_result_maybenull_
#define _Ret_maybenull_
#define _Ret_notnull_
#define _Reserved_
#define _Must_inspect_result_
#define _Check_return_
#define _Success_(expr)
#define _When_(expr, annotations)
#define _At_(target, annotations)
#define _Pre_
#define _Post_
#define _Pre_satisfies_(expr)
#define _Post_satisfies_(expr)
#define _Printf_format_string_
#define _Null_terminated_
#define _Frees_ptr_
#define _Frees_ptr_opt_
#define _Use_decl_annotations_
#define _Analysis_assume_(expr) ((void)0)
#define _Function_class_(name)
#define _Field_size_(n)
#define _Field_size_bytes_(n)
#define _Struct_size_bytes_(n)
#define _Interlocked_operand_

#define __in
#define __in_opt
#define __in_ecount(n)
#define __in_bcount(n)
#define __in_ecount_opt(n)
#define __in_bcount_opt(n)
#define __out
#define __out_opt
#define __out_ecount(n)
#define __out_bcount(n)
#define __out_ecount_full(n)
#define __out_bcount_full(n)
#define __out_ecount_opt(n)
#define __out_bcount_opt(n)
#define __inout
#define __inout_opt
#define __inout_ecount(n)
#define __inout_bcount(n)
#define __inout_ecount_full(n)
#define __inout_bcount_full(n)
#define __deref_out
#define __deref_out_opt
#define __checkReturn
#define __analysis_assume(expr) ((void)0)
#define __drv_aliasesMem
#define __success(expr)

#endif
