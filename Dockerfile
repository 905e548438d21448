# The image of web, worker and beat: the same code, three commands (docker-compose.yml).
FROM python:3.11-slim-bookworm AS packages
COPY requirements/run.txt /requirements.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=portal.settings \
    TUOYU_DATA=/data \
    STATIC_ROOT=/app/static-collected \
    WEB_CONCURRENCY=2
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin tuoyu \
    && install -d -o tuoyu -g tuoyu /data
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
# With local settings on purpose: neither step reads a secret or a server. Static files belong to the image and not to
# the /data volume, which would keep showing those of the first release.
RUN python manage.py messages --compile && python manage.py collectstatic --noinput --verbosity=0
ENV TUOYU_ENV=production
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "portal.probe", "/livez"]
CMD ["gunicorn", "portal.wsgi:application", "--bind=0.0.0.0:8000", "--threads=8", "--timeout=60", \
     "--graceful-timeout=20", "--worker-tmp-dir=/dev/shm", "--log-level=warning"]
