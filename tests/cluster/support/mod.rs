//! What the tests stand on: the cluster, a namespace each, pods that say what they are told, and the program itself.

mod account;
mod gate;
mod kubeconfig;
mod lines;
mod namespace;
mod node;
pub(crate) mod onenode;
mod openssl;
mod pods;
mod program;
mod proxy;
mod recording;
mod words;
mod workloads;

pub(crate) use gate::{Gate, server as gate_leads_to};
pub(crate) use kubeconfig::kubeconfig;
pub(crate) use lines::{assert_same, messages, numbered, stamps};
pub(crate) use namespace::Namespace;
pub(crate) use node::{Use, node};
pub(crate) use onenode::onenode;
pub(crate) use openssl::openssl;
pub(crate) use pods::{LISTENS, container, pod};
pub(crate) use program::{Ended, Program, Terminal, run, sidecar};
pub(crate) use proxy::{Asked, Ending, Fault, Place, Proxy, ServedLog, Spot};
pub(crate) use workloads::{template, workload};
