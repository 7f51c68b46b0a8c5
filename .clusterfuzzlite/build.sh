#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the fuzz targets as ClusterFuzzLite wants them: programs, seeds and dictionaries in $OUT, with
# the compiler, flags and engine that it names.
set -euo pipefail

# The system's libraries are built with libstdc++, and so have we to be.
flags=${CXXFLAGS//-stdlib=libc++/}
# $ORIGIN is the loader's to expand.
# shellcheck disable=SC2016
cmake -S "$SRC/wsproof" -B "$WORK/build" -G Ninja \
  -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER="$CXX" -DCMAKE_CXX_FLAGS="$flags" \
  -DCMAKE_BUILD_RPATH='$ORIGIN/lib' -DWSPROOF_BUILD_TESTS=OFF \
  -DWSPROOF_FUZZ=ON -DWSPROOF_FUZZ_ENGINE="$LIB_FUZZING_ENGINE"
cmake --build "$WORK/build" --target fuzz_targets

mkdir -p "$OUT/lib"
for program in "$WORK"/build/fuzz/*_fuzz; do
  name=$(basename "$program" _fuzz)
  cp "$program" "$OUT/"
  # They are run where the libraries are not installed.
  ldd "$program" | sed -n 's,.* => \(/.*\) (.*,\1,p' | grep -v '/lib\(c\|m\|pthread\|dl\|rt\)\.so' |
    xargs -r cp -n -t "$OUT/lib"
  folders=("corpus/$name")
  [[ -d $SRC/wsproof/fuzz/regressions/$name ]] && folders+=("regressions/$name")
  (cd "$SRC/wsproof/fuzz" &&
    python3 -m zipfile -c "$OUT/${name}_fuzz_seed_corpus.zip" "${folders[@]}")
  if [[ -f $SRC/wsproof/fuzz/dictionaries/$name.dict ]]; then
    cp "$SRC/wsproof/fuzz/dictionaries/$name.dict" "$OUT/${name}_fuzz.dict"
  fi
done
