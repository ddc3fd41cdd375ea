//! The room against a server on loopback, through its real connector.

mod asking;
mod logs;
mod loopback;
mod pods;
mod proxies;
mod references;
mod watch;
mod whoami;
