//! What the tests stand on: the cluster, a namespace each, pods that say what they are told, and the program itself.

mod namespace;
mod node;
mod pods;
mod program;
