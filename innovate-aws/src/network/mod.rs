//! The VPC.
