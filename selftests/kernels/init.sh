#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The first process of a kernel under test.  Its root is the host's file tree,
# read-only; the job directory is the only way in and out.
# Environment, from the kernel's command line: job (host directory),
# share (hostfs|9p), output (terminal for the script's words), leaks=no.
# shellcheck disable=SC2154
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root LC_ALL=C.UTF-8

mount -n -t proc proc /proc
mount -n -t sysfs sysfs /sys
mount -n -t debugfs debugfs /sys/kernel/debug
grep -q ' /dev devtmpfs' /proc/mounts || mount -n -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -n -t devpts devpts /dev/pts
mount -n -t tmpfs tmpfs /dev/shm

# Scratch space, without hiding what the job was given inside it.
mount -n --bind / /mnt
for dir in /tmp /run /var/tmp /root; do
	mount -n -t tmpfs tmpfs "$dir"
done
mkdir -p /run/job
case $share in
hostfs) mount -n -t hostfs -o "$job" none /run/job ;;
9p) mount -n -t 9p -o trans=virtio,version=9p2000.L job /run/job ;;
esac
while read -r dir; do
	mkdir -p "$dir"
	mount -n --bind "/mnt$dir" "$dir"
done </run/job/keep
umount -n /mnt
ip link set lo up

# The state in which the run leaves the kernel, for gate.sh.  A leak is an
# object that a scan finds unreferenced at the age of five seconds or more,
# with the same content as in the scan before.
report_leaks() {
	local scan=/sys/kernel/debug/kmemleak end=$((SECONDS + 7))
	[ -e $scan ] && [ "${leaks:-}" != no ] || return
	echo scan >$scan
	while ((SECONDS < end)); do
		sleep 0.2
	done
	echo scan >$scan
	echo scan >$scan
	cat $scan
}

report_state() {
	echo
	echo "tcpath-run: taint $(cat /proc/sys/kernel/tainted)"
	[ ! -e /proc/lockdep_stats ] ||
		echo "tcpath-run: lockdep $(awk '/debug_locks:/ { print $2 }' /proc/lockdep_stats)"
	report_leaks
	echo "tcpath-run: end"
}

echo "tcpath-run: begin" >/dev/console
stty raw <"$output"
(
	cd "$(cat /run/job/cwd)" || exit 127
	# shellcheck disable=SC1091 # written by the runner: export and exec lines
	. /run/job/command
) </dev/null >"$output" 2>&1
echo $? >/run/job/status
report_state >/dev/console 2>&1
sync
echo o >/proc/sysrq-trigger
while :; do sleep 1; done
