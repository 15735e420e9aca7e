//! A small installation with fake identities and tenants, asked from outside.

mod access;
mod app;
mod describe;
mod reading;
mod safety;
