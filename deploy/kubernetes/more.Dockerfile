# An image of FlowPose with more packages in it: `stores` for jobs that pods share, `ray` for overlays/ray.
#
#     docker build -f deploy/kubernetes/more.Dockerfile --build-arg MORE="psycopg[binary]>=3.2 s3fs>=2025.3" -t flowpose:stores .
#     docker build -f deploy/kubernetes/more.Dockerfile --build-arg MORE="ray[serve]==2.60.0" -t flowpose:ray .
#
# FLOWPOSE names the image it stands on; what it has pinned stays as it is.
ARG FLOWPOSE=flowpose:cpu
# hadolint ignore=DL3006
FROM ${FLOWPOSE}
ARG MORE
USER 0
# hadolint ignore=SC2086
RUN /opt/venv/bin/python3 -c "import importlib.metadata as m; print(*(f'{d.name}=={d.version}' for d in m.distributions() if d.name != 'flowpose'), sep='\n')" > /tmp/pinned.txt \
    && /usr/local/bin/python3 -m pip --python /opt/venv install --quiet --no-cache-dir --only-binary :all: -c /tmp/pinned.txt ${MORE} \
    && /usr/local/bin/python3 -m pip --python /opt/venv check \
    && rm /tmp/pinned.txt \
    && if [ -x /opt/venv/bin/ray ]; then ln -s /opt/venv/bin/ray /usr/local/bin/ray; fi
USER 10001:10001
