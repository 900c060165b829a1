//! In compliance mode nobody deletes an object before its day, neither the root user nor AWS.

use innovate::prelude::*;

fn lock() -> ObjectLock {
    ObjectLock::compliance(days!(365))
}

fn main() {}
