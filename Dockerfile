# FlowPose as two images. `cpu` runs anywhere; `gpu` needs an NVIDIA driver for CUDA 13 (R580 or newer) and the
# NVIDIA container toolkit, and refuses to start without them.
#
#     docker build --target cpu -t flowpose:cpu .
#     docker build --target gpu -t flowpose:gpu --build-arg CUDA_ARCH_BIN=8.9 .
#
# The digest is that of the multi-architecture index which docker-library/repo-info lists for python:3.11-slim-bookworm.
ARG PYTHON_IMAGE=docker.io/library/python:3.11.16-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b


FROM ${PYTHON_IMAGE} AS tools
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python3 -m venv --without-pip /opt/venv


FROM tools AS wheel
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY service service
COPY models models
COPY export export
RUN python3 -m pip wheel --quiet --no-deps --wheel-dir /wheels .


FROM tools AS cpu-packages
COPY deploy/images/cpu.txt ./
RUN python3 -m pip --python /opt/venv install --quiet --require-hashes -r cpu.txt


# The converter and what it needs stay behind here; of its files each one's SHA-256 is checked.
FROM cpu-packages AS networks
COPY deploy/images/pull.txt ./
RUN python3 -m pip --python /opt/venv install --quiet --require-hashes -r pull.txt
COPY --from=wheel /wheels /wheels
RUN python3 -m pip --python /opt/venv install --quiet --no-deps /wheels/*.whl
ARG NETWORKS="blazepose-lite blazepose-full blazepose-heavy"
ENV NODE_USE_SYSTEM_CA=1
# hadolint ignore=SC2086
RUN FLOWPOSE_DATA_DIR=/pulled /opt/venv/bin/flowpose models pull ${NETWORKS}


FROM cpu-packages AS cpu-house
COPY --from=wheel /wheels /wheels
# The check fails when pyproject.toml asks for more than deploy/images/lock.sh has pinned.
RUN python3 -m pip --python /opt/venv install --quiet --no-deps /wheels/*.whl \
    && python3 -m pip --python /opt/venv check
# Beside the weights that come with FlowPose: found whatever is mounted as the data folder.
COPY --from=networks /pulled/models /opt/venv/lib/python3.11/site-packages/models/weights


FROM ${PYTHON_IMAGE} AS service
ARG FLOWPOSE_REVISION=""
ENV PATH=/opt/venv/bin:${PATH} \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    NUMBA_CACHE_DIR=/data/numba \
    FLOWPOSE_DATA_DIR=/data \
    FLOWPOSE_HOST=0.0.0.0 \
    FLOWPOSE_PORT=8000 \
    FLOWPOSE_LOG=json \
    FLOWPOSE_REVISION=${FLOWPOSE_REVISION}
COPY deploy/images/healthcheck.py /opt/
RUN install --directory --owner=10001 --group=10001 /data
VOLUME /data
EXPOSE 8000
USER 10001:10001
HEALTHCHECK --start-period=180s --interval=30s --timeout=10s --retries=3 \
    CMD ["python3", "/opt/healthcheck.py"]
ENTRYPOINT ["flowpose"]
CMD ["serve"]


FROM service AS cpu
COPY --from=cpu-house /opt/venv /opt/venv
ENV FLOWPOSE_DEVICE=cpu


FROM tools AS opencv
COPY deploy/opencv deploy/opencv
# `build`, `dist` or `pypi`, see there; it takes hours to compile for all cards, far less for one, such as 8.9.
ARG OPENCV=build
ARG CUDA_ARCH_BIN="7.5;8.0;8.6;8.9;9.0;12.0"
RUN deploy/opencv/provide.sh "${OPENCV}" /wheels


FROM tools AS gpu-packages
COPY deploy/images/gpu.txt ./
RUN python3 -m pip --python /opt/venv install --quiet --require-hashes -r gpu.txt


FROM gpu-packages AS gpu-house
COPY --from=opencv /wheels /wheels
COPY --from=wheel /wheels /wheels
COPY deploy/opencv/verify.py ./
RUN python3 -m pip --python /opt/venv install --quiet --no-deps /wheels/*.whl \
    && python3 -m pip --python /opt/venv check \
    && /opt/venv/bin/python verify.py /opt/venv/lib/python3.11/site-packages/service
COPY --from=networks /pulled/models /opt/venv/lib/python3.11/site-packages/models/weights


FROM service AS gpu
COPY --from=gpu-house /opt/venv /opt/venv
# `video` brings the driver's decoder and its optical flow; the libraries are those of the Python packages.
ENV FLOWPOSE_DEVICE=cuda \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility,video \
    LD_LIBRARY_PATH=/opt/venv/lib/python3.11/site-packages/nvidia/cu13/lib:/opt/venv/lib/python3.11/site-packages/nvidia/cudnn/lib


# Without --target, the image that runs everywhere.
FROM cpu AS default
