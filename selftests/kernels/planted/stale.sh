#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest with KFENCE: the bug that it finds, given enough allocations.
insmod /lab/planted.ko bug=stale
