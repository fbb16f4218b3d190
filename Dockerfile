# The production image: the application and its pinned requirements, without the embedded servers.
FROM python:3.13-slim-trixie AS build
ENV PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements/base.txt requirements/base.txt
RUN /venv/bin/pip install --require-hashes -r requirements/base.txt
COPY manage.py ./
COPY config config
COPY accounts accounts
COPY guidance guidance
COPY templates templates
COPY static static
COPY docs docs
# collectstatic reads the settings, which require these variables; the values are used for nothing else.
RUN SECRET_KEY=only-for-collectstatic-only-for-collectstatic-00000 \
    DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=redis://localhost:6379/0 \
    /venv/bin/python manage.py collectstatic --noinput

FROM python:3.13-slim-trixie
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --no-create-home waymark
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER waymark
EXPOSE 8000
CMD ["python", "-m", "config.serve", "config.wsgi", "--bind=0.0.0.0:8000"]
