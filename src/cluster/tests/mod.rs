//! The room against a server on loopback, through its real connector.

mod logs;
mod loopback;
mod pods;
mod references;
mod watch;
mod whoami;
