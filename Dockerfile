# One image for every process of docker-compose.yml.

FROM node:20-bookworm-slim AS packages
WORKDIR /porchlight
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM python:3.11-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-dejavu-core libgdal32 libgeos-c1v5 nginx-light postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --create-home porchlight
WORKDIR /porchlight
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt
COPY . .
COPY --from=packages /porchlight/node_modules node_modules
# The settings ask for every secret; collecting static files uses none of them.
RUN python -m ops.vendor \
    && SECRET_KEY=build LIVE_TOKEN_KEY=build SECOND_FACTOR_KEYS=build HOME_KEYS=build HOUSEHOLD_KEY=build \
       REDIS_URL=redis://none DATABASE_URL=postgresql://none/none DATABASE_OWNER_URL=postgresql://none/none python manage.py collectstatic --no-input --verbosity 0 \
    && rm -r node_modules \
    && install -d -o porchlight -g porchlight .local /run/porchlight
USER porchlight
ENTRYPOINT ["python"]
