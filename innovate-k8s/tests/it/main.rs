//! What a program about Kubernetes yields, and what it is told.

mod custom_resource;
mod program;
mod rule;
mod schema;
mod service;
mod yaml;
