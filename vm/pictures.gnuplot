# SPDX-License-Identifier: GPL-2.0
# The pictures of vm/bench, from the files it leaves in the folder `out`; `floor` and `ntio` are where copying and locking
# cost the same, by hand and with ntio.
set terminal pngcairo size 1100,750 font "sans,11"
set key left top Left reverse
set grid
set border 3
set tics nomirror

colours = "#1f77b4 #d62728 #2ca02c #ff7f0e #9467bd #8c564b #e377c2 #7f7f7f #bcbd22 #17becf #000000 #98df8a #aec7e8 #ffbb78"
do for [i=1:words(colours)] { set linetype i linecolor rgb word(colours, i) }
set linetype cycle words(colours)

set output out."/cost.png"
set title "What a call costs against its size, in instructions (a size of 0 stands at 1)"
set logscale xy
set xlabel "bytes"
set ylabel "instructions"
set xtics ("0" 1, "8" 8, "64" 64, "512" 512, "4 KiB" 4096, "64 KiB" 65536, "1 MiB" 1048576, "16 MiB" 16777216)
set xrange [0.8:3e7]
there(name) = int(system("test -s ".out."/size-".name." && echo 1 || echo 0"))
all = "floor_copy ntio_copy floor_lock ntio_lock floor_map ntio_map dev_zero process_vm_readv vmsplice null_blk_direct cuse"
ring = "ring_nop ring_empty ring_ntio"
have = ""
do for [name in all." ".ring] { if (there(name)) { have = have." ".name } }
plot for [i=1:words(have)] out."/size-".word(have, i) using 1:2 with linespoints linetype i pointtype i \
	linewidth 1.5 title word(have, i) noenhanced

set output out."/crossover.png"
set title "Copying and locking: a driver fills the caller's buffer (by hand dashed, with ntio solid)"
set xrange [8:131072]
set yrange [1000:100000]
set xtics ("8 B" 8, "64 B" 64, "512 B" 512, "4 KiB" 4096, "16 KiB" 16384, "64 KiB" 65536, "128 KiB" 131072)
do for [i=1:2] {
	at = i == 1 ? floor : ntio
	set arrow i from at, graph 0 to at, graph 1 nohead dashtype 3 linecolor "gray40"
	set label i sprintf("%s: %d bytes", i == 1 ? "by hand" : "ntio", at) at at, graph 0.02 offset 0.5,0
}
what = "copy lock map lock_huge map_huge"
called = "copied|locked|locked and mapped|locked, huge pages|locked and mapped, huge pages"
label(i) = system("echo '".called."' | cut -d '|' -f ".i)
plot for [i=1:5] out."/size-floor_".word(what, i) using 1:2 with lines dashtype 2 linetype i notitle, \
	for [i=1:5] out."/size-ntio_".word(what, i) using 1:2 with linespoints linetype i linewidth 2 title label(i)
unset arrow 1
unset arrow 2
unset label 1
unset label 2

set output out."/where.png"
set title "Where a request's instructions go, as a service runs"
unset logscale
set style data histograms
set style histogram rowstacked
set style fill solid 0.9 border -1
set boxwidth 0.7
set xrange [*:*]
set yrange [0:*]
unset xlabel
set ylabel "instructions"
set xtics auto rotate by -30 noenhanced
set key outside right top invert
areas = "program|system call|speculation guards|copying|memory|locking|ring|other|driver|ntio"
name(i) = system("echo '".areas."' | cut -d '|' -f ".i)
plot for [i=2:11] out."/where" using i:xtic(1) title name(i-1)
