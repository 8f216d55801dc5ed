# SPDX-License-Identifier: GPL-2.0
# Reads a console log and prints what the kernel complained of, one finding a
# line: CLASS<tab>TEXT.  Numbers and addresses are taken out, so that the same
# complaint has the same line in every run.  Lines that are no complaint come
# as "message", for comparison with a run without the module.

function normal(text) {
	gsub(/0x[0-9a-f]+\/0x[0-9a-f]+/, "", text)
	gsub(/\+( |$)/, " ", text)
	gsub(/(0x)?[0-9a-f]*[0-9][0-9a-f]*/, "#", text)
	gsub(/[ \t]+/, " ", text)
	sub(/ $/, "", text)
	return text
}

function number(hex,    i, value) {
	for (i = 1; i <= length(hex); i++)
		value = value * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
	return value
}

# A double holds the low digits of an address exactly, and they tell enough.
function address(hex) {
	return number(length(hex) > 10 ? substr(hex, length(hex) - 9) : hex)
}

# The address of a module that is gone, by the symbols that the run noted.
function resolve(hex,    i, best, at) {
	at = address(hex)
	for (i = 1; i <= symbols; i++)
		if (start[i] <= at && at - start[i] < 65536 && (!best || start[i] > start[best]))
			best = i
	return best ? name_of[best] : ""
}

# The first frame that lies in a module tells whose fault it is.
function frame(text) {
	if (class == "leak" && match(text, / 0x[0-9a-f]+$/))
		return resolve(substr(text, RSTART + 3))
	if (!match(text, /[A-Za-z_][A-Za-z0-9_.]*\+0x[0-9a-f]+\/0x[0-9a-f]+ \[[a-z0-9_]+\]/))
		return ""
	text = substr(text, RSTART, RLENGTH)
	sub(/\+0x[0-9a-f]+\/0x[0-9a-f]+/, "", text)
	return normal(text)
}

# The kernel's own data races are others in each run: ours have a module's frame.
function flush_finding() {
	if ((class == "data race" && where == "" && title !~ /\[/) || linux_own)
		class = ""
	if (class != "")
		print class "\t" title (where != "" && !index(title, where) ? ", in " where : "")
	class = title = where = ""
	linux_own = 0
}

function begin(name, text) {
	flush_finding()
	class = name
	sub(/.*(BUG: (KASAN|KCSAN): |WARNING: |UBSAN: )/, "", text)
	title = normal(text)
	lines = depth = 0
	if (name == "leak" && match(text, /size [0-9]+/))
		title = substr(text, RSTART, RLENGTH)
}

function classify(text) {
	if (text ~ /BUG: KASAN:/) return "kasan"
	if (text ~ /BUG: KCSAN:/) return "data race"
	if (text ~ /BUG: sleeping function called from invalid context/) return "sleep in atomic"
	if (text ~ /BUG: scheduling while atomic/) return "sleep in atomic"
	if (text ~ /UBSAN:/) return "ubsan"
	if (text ~ /WARNING: suspicious RCU usage/) return "rcu"
	if (text ~ /(possible (circular|recursive|irq lock)|inconsistent lock state|lock inversion)/) return "lockdep"
	if (text ~ /(bad unlock balance|held lock freed|locks still held|still has locks held)/) return "lockdep"
	if (text ~ /(Invalid wait context|BUG: MAX_LOCK|softirq-safe -> softirq-unsafe)/) return "lockdep"
	if (text ~ /INFO: trying to register non-static key/) return "lockdep"
	if (text ~ /(detected stalls?|self-detected stall|soft lockup|blocked for more than)/) return "stall"
	if (text ~ /^unreferenced object /) return "leak"
	if (text ~ /ODEBUG:/) return "object"
	if (text ~ /WARNING:/) return "warning"
	if (text ~ /(BUG|Oops|kernel BUG at|general protection fault|Kernel panic)/) return "oops"
	return ""
}

{
	sub(/\r$/, "")
	sub(/^\[ *[0-9]+\.[0-9]+\](\[ *[TC][0-9]+\])? ?/, "")
}

/^tcpath-run: begin/ { flush_finding(); begun = 1; next }
/^tcpath-run: symbol / { start[++symbols] = address($3); name_of[symbols] = $4 " " $5; next }
/^tcpath-run: end/ { flush_finding(); ended = 1; next }
/^tcpath-run: taint / { flush_finding(); taint = $3; next }
/^tcpath-run: lockdep / { if ($3 == 0) print "lockdep off\tlockdep had given up at the end of the run"; next }

class == "data race" && /^=+$/ { flush_finding(); next }

{
	name = classify($0)
	# A report of one tool often contains words of another.
	if (name != "" && !(name == "warning" && class != "" && lines < 3)) {
		begin(name, $0)
		next
	}
}

# The line after the headline of an RCU report says which pointer; the second
# line of a lock report which lock; a leak's own lines who allocated.
class == "rcu" && lines < 4 && /(suspicious rcu_|RCU-list traversed|Illegal context switch)/ { title = title ": " normal($0) }
class == "lockdep" && lines < 12 && / at: / && title !~ / at: / { title = title ": " normal($0) }
class == "leak" && where == "" && /\+0x/ && !/(stack|track|slab|kmem|kmalloc|_object)/ && ++depth <= 3 {
	text = $0
	sub(/^ *(\[<[0-9a-f]+>\] )?/, "", text)
	title = title (depth == 1 ? ", " : " < ") normal(text)
}

# Linux forgets the name of a cache for which sysfs has no memory (6.1, kobject_init_and_add()
# without kobject_put() in sysfs_slab_add()): loading under faults comes upon it.
class == "leak" && /sysfs_slab_add\+/ { linux_own = 1 }

class != "" {
	lines++
	if (where == "")
		where = frame($0)
	if (lines > 300)
		flush_finding()
}

# Frames are details of a report, and a line of "=" begins or ends one; any other line can be
# one of its own.
begun && /[^ =]/ && class != "data race" && !(class != "" && /^( |\[<)/) { print "message\t" normal($0) }

END {
	flush_finding()
	if (!ended)
		print "end\tthe run did not reach its end"
	# Out-of-tree (4096) and unsigned (8192) are what any module here is.
	bits = taint - taint % 1
	for (bit = 0; bit < 20; bit++) {
		if (bits % 2 && bit != 12 && bit != 13)
			print "taint\t" substr("PFSRMBUDAWCIOELKXTN", bit + 1, 1)
		bits = int(bits / 2)
	}
}
