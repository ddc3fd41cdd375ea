//! `inspect -f` of manifests that are wrong: the guide's pitfalls, one fixture each, and files that are no manifests.

use insta::assert_snapshot;

use super::inspect::inspect;
use super::plugin::{command, shown};

macro_rules! pitfalls {
    ($($name:ident: $file:literal)*) => {$(
        #[test]
        fn $name() {
            assert_snapshot!(inspect(concat!("-f manifests/", $file, ".yaml")));
        }
    )*};
}

pitfalls! {
    a_mount_of_another_name: "name-mismatch"
    mounts_without_volumes: "no-volumes"
    volumes_in_a_container: "volumes-in-container"
    volumes_where_mounts_are_meant: "volumes-for-mounts"
    mounts_beside_the_containers: "mounts-in-pod"
    mounts_where_volumes_are_meant: "mounts-for-volumes"
    a_mount_path_in_a_volume: "mount-path-in-volume"
    a_source_in_a_mount: "source-in-mount"
    nothing_keeps_it_running: "no-command"
    nothing_needs_to_keep_it_running: "no-command-needed"
    names_that_are_nearly_right: "misspelt"
    values_of_another_type: "wrong-types"
    line_ends_of_windows: "crlf"
    a_broken_document_does_not_hide_the_next: "broken"
    a_template_that_was_not_rendered: "template"
    a_file_that_says_nothing: "nothing"
    a_file_without_workloads: "no-workloads"
}

#[test]
fn mistakes_for_other_programs() {
    assert_snapshot!(inspect("-f manifests/name-mismatch.yaml -o json"));
}

#[test]
fn files_that_cannot_be_read() {
    let each = ["-f gone.yaml", "-f yaml/../manifests/gone/x.yaml", "-f https://example.com/pod.yaml", "-f -"];
    assert_snapshot!(each.map(inspect).join("\n"));
}

#[test]
fn one_bad_file_does_not_hide_the_others() {
    assert_snapshot!(inspect("-f manifests/template.yaml -f guide/webserver-pod.yaml -o name"));
}

#[test]
fn bytes_that_are_no_text() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.yaml"), b"kind: Pod\nname: \xff\n").unwrap();
    std::fs::write(folder.path().join("b.yaml"), b"\xff\xfek\0\0\xd8").unwrap();
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let each = ["a.yaml", "b.yaml", "empty"].map(|file| {
        let args = ["inspect", "-f", file];
        shown(&args, &command(&args).current_dir(folder.path()).output().unwrap())
    });
    assert_snapshot!(each.join("\n"));
}

#[test]
fn utf_16_as_powershell_writes_it() {
    let folder = tempfile::tempdir().unwrap();
    let text = "\u{feff}apiVersion: v1\r\nkind: Pod\r\nmetadata: {name: büro}\r\nspec: {containers: [{name: a}]}\r\n";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(folder.path().join("pod.yaml"), bytes).unwrap();
    let args = ["inspect", "-f", "pod.yaml", "-o", "name"];
    let output = command(&args).current_dir(folder.path()).output().unwrap();
    assert_eq!(shown(&args, &output), "$ kubectl sidecar inspect -f pod.yaml -o name\nstdout:\npod/büro\nexit 0\n");
}

#[test]
fn paths_that_are_taken_or_lead_out_of_a_volume() {
    assert_snapshot!(inspect("-f manifests/paths.yaml"));
}

#[test]
fn a_namespace_that_is_not_the_objects() {
    assert_snapshot!(inspect("-f manifests/shared-in-all-ways.yaml -n other -o name"));
}
