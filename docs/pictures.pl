#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
# The pictures of the guide: docs/pictures.pl FOLDER writes them there.
#
# Boxes, arrows and words at places that are given by hand: three pictures need no
# layout engine. A text that is too long for its box is an error.
use strict;
use warnings;

die "usage: docs/pictures.pl FOLDER\n" if @ARGV != 1 || !-d $ARGV[0];
my $folder = $ARGV[0];

# Fill and line of what is drawn.
my %look = (
	user    => ['#dcebff', '#3b6ea8'],	# memory and code of a process
	kernel  => ['#e7e3f4', '#6a5a9e'],	# of the kernel
	frame   => ['#fff3c9', '#a8862b'],	# memory itself
	wrong   => ['#ffdad6', '#b3261e'],	# what must not happen
	caller  => ['#f2f8f0', '#9fbf95'],	# a context
	any     => ['#f6f6f6', '#c4c4c4'],
	plain   => ['none', 'none'],
);
my $size = 13;			# of letters, which are this wide:
my $letter = 0.55 * $size;

my @out;

sub escape {
	my ($text) = @_;
	$text =~ s/&/&amp;/g;
	$text =~ s/</&lt;/g;
	$text =~ s/>/&gt;/g;
	return $text;
}

sub words {
	my ($x, $y, $text, %how) = @_;
	my $anchor = $how{anchor} // 'middle';
	my $weight = $how{bold} ? ' font-weight="bold"' : '';
	my $colour = $how{colour} // '#1b1b1b';
	push @out, qq(<text x="$x" y="$y" text-anchor="$anchor"$weight fill="$colour">) .
		escape($text) . '</text>';
}

# A box with lines in its middle; the first of several is bold.
sub box {
	my ($x, $y, $w, $h, $look, @lines) = @_;
	my ($fill, $line) = @{$look{$look}};
	push @out, qq(<rect x="$x" y="$y" width="$w" height="$h" rx="5" fill="$fill" stroke="$line"/>);
	my $at = $y + $h / 2 - 17 * @lines / 2 + 13;
	for my $i (0 .. $#lines) {
		die "too long for its box: $lines[$i]\n" if $letter * length($lines[$i]) > $w - 6;
		words($x + $w / 2, $at + 17 * $i, $lines[$i], bold => $i == 0 && @lines > 1);
	}
}

# A part of the picture, with its name in the corner.
sub area {
	my ($x, $y, $w, $h, $look, $name) = @_;
	box($x, $y, $w, $h, $look);
	words($x + $w - 8, $y + 18, $name, anchor => 'end', colour => '#5f5f5f');
}

# From point to point; dashed; with words beside its middle.
sub arrow {
	my ($points, %how) = @_;
	my $colour = $how{colour} // '#444444';
	my $dash = $how{dashed} ? ' stroke-dasharray="5 4"' : '';
	my $head = $colour eq '#b3261e' ? 'wrong' : 'head';
	my $path = join ' L', map { "$_->[0] $_->[1]" } @$points;
	push @out, qq(<path d="M$path" fill="none" stroke="$colour" stroke-width="1.6"$dash marker-end="url(#$head)"/>);
	words(@{$how{at}}, $how{words}, colour => $colour, anchor => $how{anchor} // 'middle')
		if $how{words};
}

sub picture {
	my ($name, $width, $height, $title, $draw) = @_;
	@out = ();
	$draw->();
	open my $file, '>', "$folder/$name.svg" or die "$folder/$name.svg: $!\n";
	print $file qq(<?xml version="1.0" encoding="UTF-8"?>\n),
		qq(<!-- Made by docs/pictures.pl: change that, and run it again. -->\n),
		qq(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $width $height" width="$width" height="$height" ),
		qq(role="img" font-family="DejaVu Sans, Verdana, sans-serif" font-size="$size">\n),
		'<title>', escape($title), "</title>\n<defs>\n",
		map({ qq(<marker id="$_->[0]" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" ) .
		      qq(markerHeight="7" orient="auto"><path d="M0 0 L10 5 L0 10 z" fill="$_->[1]"/></marker>\n) }
		    ['head', '#444444'], ['wrong', '#b3261e']),
		"</defs>\n", qq(<rect width="$width" height="$height" fill="#ffffff"/>\n),
		map({ "$_\n" } @out), "</svg>\n";
	close $file or die "$folder/$name.svg: $!\n";
}

picture('request', 760, 520, 'The way of a request', sub {
	words(110, 24, 'process', bold => 1);
	words(490, 24, 'kernel', bold => 1);
	push @out, '<path d="M218 10 V510" stroke="#888888" stroke-dasharray="2 3"/>';
	area(232, 36, 516, 208, 'caller', "the caller's context");
	area(232, 254, 516, 160, 'any', 'any context');
	area(232, 424, 516, 84, 'caller', "the caller's context");
	box(20, 52, 180, 44, 'user', 'DeviceIoControl', 'ioctl, read, write');
	box(20, 124, 180, 32, 'user', 'input buffer');
	box(20, 300, 180, 32, 'user', 'output buffer');
	box(250, 52, 250, 44, 'kernel', 'entry', 'reads the parameters once');
	box(250, 118, 250, 44, 'kernel', 'transfer', 'copies, locks, or leaves alone');
	box(250, 184, 250, 44, 'kernel', 'highest driver', "may use the caller's addresses");
	box(250, 282, 220, 44, 'kernel', 'lower drivers', 'kernel buffers and pages');
	box(520, 282, 212, 44, 'kernel', 'workers, queues,', 'interrupts');
	box(250, 356, 482, 44, 'kernel', 'completion', 'once; from the bottom up');
	box(250, 452, 482, 44, 'kernel', 'delivery', 'copies back, reports the status');
	arrow([[200, 74], [248, 74]]);
	arrow([[200, 140], [248, 140]]);
	words(225, 132, 'copied', colour => '#444444');
	arrow([[110, 300], [110, 172], [225, 172], [225, 152], [248, 152]], dashed => 1);
	words(114, 234, 'or locked', anchor => 'start', colour => '#444444');
	arrow([[375, 96], [375, 116]]);
	arrow([[375, 162], [375, 182]]);
	arrow([[360, 228], [360, 280]]);
	arrow([[440, 228], [440, 248], [626, 248], [626, 280]]);
	arrow([[360, 326], [360, 354]]);
	arrow([[626, 326], [626, 354]]);
	arrow([[491, 400], [491, 450]]);
	arrow([[248, 474], [110, 474], [110, 334]]);
	words(114, 466, 'copied back', anchor => 'start', colour => '#444444');
});

# A process' three addresses, the frames of memory, and the driver's list.
sub mapping {
	my ($x, $title, $after) = @_;
	words($x + 175, 24, $title, bold => 1);
	words($x + 50, 50, 'address');
	words($x + 175, 50, 'memory');
	words($x + 305, 50, 'driver');
	for my $i (0 .. 2) {
		my $y = 62 + 40 * $i;
		box($x, $y, 100, 30, 'user', sprintf '0x7%d000', $i);
		box($x + 140, $y, 70, 30, 'frame', "page $i");
		arrow([[$x + 262, $y + 15], [$x + 212, $y + 15]]);
		arrow([[$x + 100, $y + 15], [$x + 138, $y + 15]]) if !$after;
	}
	box($x + 264, 62, 84, 110, 'kernel', 'locked', 'MDL, or', 'pages[ ]');
	return if !$after;
	for my $i (0 .. 2) {
		my $y = 194 + 40 * $i;
		box($x + 140, $y, 70, 30, 'frame', "new $i");
		arrow([[$x + 100, 77 + 40 * $i], [$x + 120, 77 + 40 * $i], [$x + 120, $y + 15], [$x + 138, $y + 15]]);
	}
}

picture('pages', 780, 330, 'What is locked is pages, not an address', sub {
	mapping(10, 'while the request runs', 0);
	push @out, '<path d="M383 10 V320" stroke="#888888" stroke-dasharray="2 3"/>';
	mapping(405, 'after munmap, and mmap at the same address', 1);
	words(185, 210, 'The process and the driver');
	words(185, 228, 'see the same pages.');
	words(700, 240, 'The driver still has');
	words(700, 258, 'its pages, and never');
	words(700, 276, 'any others.');
});

picture('worker', 760, 372, 'The worker in the wrong process', sub {
	area(10, 36, 300, 140, 'any', 'processor 0');
	area(10, 190, 300, 172, 'any', 'processor 1');
	words(160, 24, 'who runs there', bold => 1);
	words(435, 24, 'page tables', bold => 1);
	words(655, 24, 'memory', bold => 1);
	box(26, 64, 170, 44, 'user', 'process A', 'asks about 0x7000');
	box(26, 120, 170, 44, 'kernel', 'its handler', 'queue_work()');
	box(26, 212, 170, 44, 'user', 'process B', 'ran here before');
	box(26, 272, 170, 62, 'wrong', 'worker', 'copy_from_user(', '&n, 0x7000, 4)');
	box(350, 72, 170, 44, 'kernel', 'those of A', '0x7000');
	box(350, 246, 170, 44, 'kernel', 'those of B', '0x7000');
	box(590, 72, 130, 44, 'frame', "A's page", '1111');
	box(590, 246, 130, 44, 'frame', "B's page", '2222');
	arrow([[111, 108], [111, 118]]);
	arrow([[196, 86], [348, 90]]);
	arrow([[520, 94], [588, 94]]);
	arrow([[196, 234], [348, 258]]);
	arrow([[26, 142], [18, 150], [18, 290], [24, 296]], dashed => 1);
	arrow([[196, 303], [348, 280]], colour => '#b3261e');
	arrow([[520, 268], [588, 268]], colour => '#b3261e');
	words(540, 322, 'A kernel thread has no page tables of its own:', colour => '#b3261e');
	words(540, 340, 'those of the last process stay. It reads 2222,', colour => '#b3261e');
	words(540, 358, 'copy_from_user() returns 0, and nothing is reported.', colour => '#b3261e');
});
