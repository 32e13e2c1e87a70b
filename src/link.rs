//! The one join: all facts and the configuration in, [`subject::Subject`]s out.

pub mod subject;
