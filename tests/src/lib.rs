//! Journeys across services.
