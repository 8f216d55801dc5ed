#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# fuzz.sh in User Mode Linux, with each file where it looks for it.
# usage: uml.sh MODULE.ko TCPATH FUZZ FLOOD
set -eu
here=$(dirname "$0")
export TCPATH_AT=/run/files
mkdir -p $TCPATH_AT
ln -s "$1" $TCPATH_AT/tcpath.ko
ln -s "$2" $TCPATH_AT/tcpath
ln -s "$3" $TCPATH_AT/fuzz
ln -s "$4" $TCPATH_AT/flood
ln -s "$here/../guest/lib.sh" "$here/../load/rig.sh" "$here/fuzz.sh" $TCPATH_AT
PATH=$TCPATH_AT:$PATH
exec $TCPATH_AT/fuzz.sh
