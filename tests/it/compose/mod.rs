//! The city of `docker-compose.yml`.

mod checks;
