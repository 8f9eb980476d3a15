# Aftermath in a container: exact versions, nobody's privileges, a file system that is only read.
# docs/deploying.md says how to run it; compose.yaml runs it beside PostgreSQL.

FROM python:3.11-slim-bookworm AS packages
COPY requirements-login.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements-login.lock

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home aftermath \
 && install -d -o aftermath -m 0700 /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY dashboard.py pyproject.toml LICENSE ./
COPY .streamlit/config.toml .streamlit/config.toml
COPY analytics analytics
COPY data data
COPY pages pages
RUN /venv/bin/python -m compileall -q analytics data pages
# Without PostgreSQL the records are in one file of the volume.
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    AFTERMATH_DATABASE=sqlite:////data/aftermath.db
USER 10001
VOLUME /data
EXPOSE 8501
# Ready, not only alive: the store has to answer.
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8501/ready', timeout=10)"]
# All addresses, because the container's own is the only other one there is; it starts with a login
# or with AFTERMATH_OPEN=yes, and who reaches it is said by whoever publishes the port.
CMD ["streamlit", "run", "dashboard.py", "--server.address=0.0.0.0", "--server.port=8501", "--server.headless=true", "--server.fileWatcherType=none", "--browser.serverAddress=localhost"]
