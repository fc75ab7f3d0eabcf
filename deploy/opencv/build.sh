#!/usr/bin/env bash
# Build OpenCV with CUDA as a wheel, out of PyPI's packages and without a GPU.
#
#     deploy/opencv/build.sh all            # to deploy/opencv/dist; called again, it goes on where it was stopped
#     deploy/opencv/build.sh configure      # no further than CMake's summary, some minutes
#     CUDA_ARCH_BIN=8.9 deploy/opencv/build.sh all
#
# One architecture (9.0) took 93 minutes of one core; each further one compiles the CUDA part again. JOBS: how many cores.
# WORK is the folder for 3 GB of tools, source and objects. Needs g++ and Python's headers; with nasm, JPEG is faster.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=${WORK:-$here/work}
jobs=${JOBS:-$(nproc)}
# Turing, A100, Ampere, Ada, Hopper, Blackwell; what lies between and after them the driver compiles.
arch=${CUDA_ARCH_BIN:-7.5;8.0;8.6;8.9;9.0;12.0}
ptx=${CUDA_ARCH_PTX-${CUDA_ARCH_BIN:-9.0;12.0}}

tools=$work/tools
python=$tools/bin/python
source=$work/source

# What the service calls, and the CUDA modules of its flow. Without cudalegacy Brox compiles and then refuses to run.
modules=core,imgproc,imgcodecs,videoio,video,optflow,python3
modules+=,cudev,cudaarithm,cudafilters,cudaimgproc,cudawarping,cudalegacy,cudaoptflow

on=(WITH_CUDA PYTHON3_LIMITED_API BUILD_ZLIB BUILD_PNG BUILD_JPEG BUILD_WEBP INSTALL_CREATE_DISTRIB)
off=(BUILD_SHARED_LIBS BUILD_TESTS BUILD_PERF_TESTS BUILD_EXAMPLES BUILD_DOCS BUILD_JAVA BUILD_opencv_apps)
off+=(WITH_CUBLAS WITH_CUFFT WITH_CUDNN WITH_NVCUVID WITH_NVCUVENC WITH_IPP WITH_OPENCL WITH_FFMPEG)
off+=(WITH_GSTREAMER WITH_GTK WITH_ITT WITH_LAPACK WITH_EIGEN WITH_TIFF WITH_OPENJPEG WITH_JASPER WITH_OPENEXR)
off+=(WITH_AVIF WITH_ADE WITH_QUIRC WITH_FLATBUFFERS WITH_PROTOBUF)

once() { # STEP: do it unless it was done before
    [[ -e $work/$1.done ]] && return
    "$1"
    touch "$work/$1.done"
}

get_tools() {
    "${PYTHON:-python3}" -m venv "$tools"
    "$python" -m pip install --quiet --require-hashes -r "$here/toolchain.txt"
    link_libraries "$(path purelib)/nvidia/cu13"
}

# The packages carry the libraries under their versions only; CMake looks for lib64/libX.so.
link_libraries() {
    local library
    ln -sfn lib "$1/lib64"
    for library in "$1"/lib/lib*.so.*; do
        ln -sf "$(basename "$library")" "${library%.so.*}.so"
    done
}

get_source() {
    "$python" -m pip download --quiet --no-deps --no-binary :all: --no-build-isolation \
        --require-hashes -r "$here/sdist.txt" --dest "$work/sdist"
    mkdir -p "$source"
    tar -xzf "$work"/sdist/*.tar.gz --strip-components=1 -C "$source"
}

path() { "$python" -c "import sysconfig; print(sysconfig.get_path('$1'))"; }

configure() {
    local switches=("${on[@]/%/=ON}" "${off[@]/%/=OFF}")
    mkdir -p "$work"
    once get_tools
    once get_source
    "$tools/bin/cmake" -S "$source/opencv" -B "$work/build" -G Ninja \
        -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_MAKE_PROGRAM="$tools/bin/ninja" \
        -DOPENCV_EXTRA_MODULES_PATH="$source/opencv_contrib/modules" \
        -DBUILD_LIST="$modules" \
        -DCUDA_TOOLKIT_ROOT_DIR="$(path purelib)/nvidia/cu13" \
        -DCUDA_ARCH_BIN="$arch" -DCUDA_ARCH_PTX="$ptx" \
        -DPYTHON3_EXECUTABLE="$python" \
        -DPYTHON3_INCLUDE_DIR="$(path include)" \
        -DPYTHON3_LIBRARY="$("$python" -c 'import sysconfig as s; print(s.get_config_var("LIBDIR"))')" \
        -DPYTHON3_NUMPY_INCLUDE_DIRS="$("$python" -c 'import numpy; print(numpy.get_include())')" \
        -DOPENCV_PYTHON3_INSTALL_PATH=python \
        "${switches[@]/#/-D}"
}

all() {
    configure
    "$tools/bin/cmake" --build "$work/build" --parallel "$jobs"
    "$tools/bin/cmake" --install "$work/build" --prefix "$work/install" --strip
    "$python" "$here/pack.py" "$source" "$work/install/python/cv2" "$here/dist"
    "${PYTHON:-python3}" -m venv --clear "$work/trial"
    "$work/trial/bin/python" -m pip install --quiet "$here"/dist/*.whl
    "$work/trial/bin/python" "$here/verify.py" --cuda "$here/../../service"
}

case ${1:-} in
configure | all) "$1" ;;
*) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
esac
