"""Web: FastAPI application, Dash pages, JSON API, texts."""
