ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS build
WORKDIR /src
COPY requirements requirements
RUN python -m venv /tools && /tools/bin/pip install --no-cache-dir --require-hashes -r requirements/dev.lock
RUN python -m venv /opt/zeebe-operator && \
    /opt/zeebe-operator/bin/pip install --no-cache-dir --require-hashes -r requirements/runtime.lock
COPY pyproject.toml README.md LICENSE ./
COPY operator operator
RUN /tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . && \
    /opt/zeebe-operator/bin/pip install --no-deps --no-index /wheels/*.whl && \
    /opt/zeebe-operator/bin/python -m pip uninstall --yes pip setuptools

FROM ${PYTHON}
RUN python -m pip uninstall --yes pip setuptools wheel
COPY --from=build /opt/zeebe-operator /opt/zeebe-operator
ENV PATH=/opt/zeebe-operator/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["zeebe-operator"]
CMD ["run"]
