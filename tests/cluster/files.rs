//! `inspect --files`: what lies in shared volumes, as the tools of real images tell it.

use insta::assert_snapshot;
use regex::Regex;
use serde_json::{Value, json};

use crate::support::{Ended, Namespace, Program, container, pod};

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/guide/webserver-pod.yaml");

/// What a container that only waits runs.
const SLEEPS: &str = "exec sleep 86400";

#[track_caller]
fn inspect(namespace: &Namespace, args: &[&str]) -> Ended {
    Program::start(namespace.sidecar(&[&["inspect"], args].concat())).finish()
}

/// The files of the first volume that was looked at, and how the program ended.
#[track_caller]
fn files(namespace: &Namespace, args: &[&str]) -> (Value, Option<i32>) {
    let ended = inspect(namespace, &[args, &["-o", "json"]].concat());
    let document: Value = serde_json::from_slice(&ended.stdout).unwrap();
    (document["files"][0].clone(), ended.code())
}

/// The file of that path.
#[track_caller]
fn file<'a>(files: &'a Value, path: &str) -> &'a Value {
    let files = files["files"].as_array().unwrap();
    files.iter().find(|file| file["path"] == path).unwrap_or_else(|| panic!("no {path:?} in {files:#?}"))
}

/// Who does not see a file, and why.
#[track_caller]
fn exceptions(files: &Value, path: &str) -> Vec<String> {
    let exceptions = file(files, path)["exceptions"].as_array().unwrap().iter();
    let told = exceptions.map(|it| format!("{} {}", it["container"].as_str().unwrap(), it["reason"].as_str().unwrap()));
    told.collect()
}

/// What follows the sentences, with ages in capitals, and columns one blank apart.
fn shown(namespace: &Namespace, ended: &Ended) -> String {
    let text = namespace.told("inspect", ended);
    let (_, files) = text.split_once("Files in").unwrap();
    let columns = Regex::new(" {2,}").unwrap().replace_all(files, " ").into_owned();
    Regex::new(r" \d+[smh](\d+[sm])? ").unwrap().replace_all(&columns, " AGE ").into_owned()
}

fn in_image(image: &str, mut container: Value) -> Value {
    container["image"] = json!(image);
    container
}

/// A container that waits, with `data` at that path.
fn sees(name: &str, image: &str, path: &str) -> Value {
    let mut container = in_image(image, container(name, SLEEPS));
    container["volumeMounts"] = json!([{"name": "data", "mountPath": path}]);
    container
}

/// A container that looks for programs on that path, where `/tools` are those that an init container wrote.
fn with_tools(name: &str, image: &str, path: &str) -> Value {
    let mut container = sees(name, image, "/d");
    container["command"] = json!(["/bin/sleep", "86400"]);
    container["env"] = json!([{"name": "PATH", "value": path}]);
    container["volumeMounts"].as_array_mut().unwrap().push(json!({"name": "tools", "mountPath": "/tools"}));
    container
}

/// The pod `web` of these containers, and what an init container put into its volume `data`.
fn web(script: &str, containers: &[Value]) -> Value {
    let mut web = pod("web", &[]);
    let mut init = container("fill", script);
    init["volumeMounts"] = json!([{"name": "data", "mountPath": "/data"}, {"name": "tools", "mountPath": "/tools"}]);
    web["spec"]["initContainers"] = json!([init]);
    web["spec"]["containers"] = json!(containers);
    web["spec"]["volumes"] =
        json!([{"name": "data", "emptyDir": {}}, {"name": "cache", "emptyDir": {}}, {"name": "tools", "emptyDir": {}}]);
    web
}

#[track_caller]
fn start(namespace: &Namespace, pod: &Value) {
    namespace.create(pod);
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
}

#[test]
fn the_guides_logs_are_seen_by_both() {
    let namespace = Namespace::new();
    namespace.kubectl(&["apply", "-f", GUIDE]);
    namespace.wait(&["--for=condition=Ready", "pod/webserver"]);
    let wide = inspect(&namespace, &["webserver", "--files", "-o", "wide"]);
    // nginx writes when it pleases.
    let text = shown(&namespace, &inspect(&namespace, &["webserver", "--files"])) + &shown(&namespace, &wide);
    assert_snapshot!(Regex::new(r"(?m)^error.log \S+").unwrap().replace_all(&text, "error.log SIZE"));
}

/// Names that a shell, a parser or a terminal would read as something else.
const HOSTILE: [&[u8]; 20] = [
    b"plain",
    b" blanks  around ",
    b"it's",
    b"\"quoted\"",
    b"'' -> ''",
    b"line\nend",
    b"\n",
    b"-delete",
    b"$(touch /tmp/x)",
    b"`touch /tmp/x`",
    b";touch /tmp/x;",
    b"back\\slash\\n",
    b"tab\there",
    b"\x1b[31mred",
    b"\x1b]0;title\x07",
    b"\xff\xfe",
    b"*",
    b"{}",
    b"%s %n",
    "日本 ü".as_bytes(),
];

/// For a shell's `printf`.
fn octal(name: &[u8]) -> String {
    name.iter().flat_map(|byte| ["\\".to_owned(), format!("{byte:03o}")]).collect()
}

#[test]
fn hostile_names_are_read_right_and_nothing_is_run() {
    let namespace = Namespace::new();
    // A slash parts names.
    let without_slash = |name: &&[u8]| name.iter().map(|byte| if *byte == b'/' { b'_' } else { *byte }).collect();
    let names: Vec<Vec<u8>> = HOSTILE.iter().map(without_slash).collect();
    let touch = |name: &Vec<u8>| {
        let name = octal(name);
        // A name that ends in a line end would lose it in `$()`.
        format!("n=$(printf '{name}.'); n=${{n%.}}; : > \"/data/$n\"; ln -s -- \"$n\" \"/data/to $n\"\n")
    };
    let script: String = names.iter().map(touch).collect();
    let viewers = [("gnu", "ubuntu:latest"), ("nginx", "nginx:latest"), ("busybox", "busybox:latest")];
    let containers = viewers.map(|(name, image)| sees(name, image, "/d"));
    start(&namespace, &web(&script, &containers));
    let (found, code) = files(&namespace, &["web", "--files"]);
    assert_eq!((code, &found["total"]), (Some(0), &json!(2 * names.len())));
    for name in &names {
        for (path, kind) in [(name.clone(), "file"), ([b"to ", name.as_slice()].concat(), "link")] {
            let text = String::from_utf8_lossy(&path).into_owned();
            let file = file(&found, &text);
            assert_eq!(file["type"], kind);
            assert_eq!(file["exceptions"], json!([]));
            for viewer in ["gnu", "nginx", "busybox"] {
                assert_eq!(file["paths"][viewer], format!("/d/{text}"), "{viewer}");
            }
            assert_eq!(file["pathBytes"].is_string(), std::str::from_utf8(&path).is_err());
            if kind == "link" {
                assert_eq!(file["target"], String::from_utf8_lossy(name).into_owned());
            }
        }
    }
    // Nor is anything lost in BusyBox's alone, whose quotes are others than GNU's.
    for viewer in ["gnu", "nginx", "busybox"] {
        namespace.exec("web", viewer, "test ! -e /tmp/x && test ! -e _tmp_x");
    }
    let text = inspect(&namespace, &["web", "--files"]).stdout();
    assert!(!text.chars().any(|letter| letter.is_control() && letter != '\n'), "{text:?}");
    let glob = inspect(&namespace, &["web", "--files=$(*", "--color", "never"]);
    assert_snapshot!(shown(&namespace, &glob));
}

/// One file each that a container does not see: for each of the reasons there are.
#[test]
fn what_one_container_sees_and_another_does_not() {
    let namespace = Namespace::new();
    let script = "cd /data; mkdir -p logs cache own; echo 1 > logs/a.log; echo 22 > cache/hidden; echo 333 > own/inside
        echo 4444 > secret; chmod 600 secret; chmod 700 own";
    let mut logs = sees("logs", "busybox:latest", "/var/log/app/");
    logs["volumeMounts"][0]["subPath"] = json!("logs");
    let mut cached = sees("cached", "ubuntu:latest", "/data");
    cached["volumeMounts"].as_array_mut().unwrap().push(json!({"name": "cache", "mountPath": "/data/cache"}));
    let mut user = sees("user", "ubuntu:latest", "/data");
    user["securityContext"] = json!({"runAsUser": 1000, "runAsGroup": 1000});
    let mut bare = sees("bare", "ubuntu:latest", "/data");
    bare["command"] = json!(["/bin/sleep", "86400"]);
    bare["env"] = json!([{"name": "PATH", "value": "/nowhere"}]);
    start(&namespace, &web(script, &[sees("whole", "nginx:latest", "/srv"), logs, cached, user, bare]));
    let (found, code) = files(&namespace, &["web", "--files"]);
    assert_eq!(code, Some(0), "all of it was seen, if not by each");
    let who = |path| exceptions(&found, path);
    // The init container ended, and the bare one has no tools.
    assert_eq!(who("cache"), ["logs outsideSubPath", "cached mountPoint",]);
    assert_eq!(who("cache/hidden"), ["logs outsideSubPath", "cached masked",]);
    assert!(who("logs/a.log").is_empty());
    assert_eq!(who("own"), ["logs outsideSubPath", "user unreadable",]);
    assert_eq!(who("own/inside"), ["logs outsideSubPath", "user locked",]);
    assert_eq!(who("secret"), ["logs outsideSubPath", "user unreadable",]);
    let paths = json!({"whole": "/srv/logs/a.log", "logs": "/var/log/app/a.log", "cached": "/data/logs/a.log", "user": "/data/logs/a.log"});
    assert_eq!(file(&found, "logs/a.log")["paths"], paths);
    assert_snapshot!(shown(&namespace, &inspect(&namespace, &["web", "--files"])));
}

/// One file of a volume, as with a ConfigMap's key; and a volume at a path that is a link in the image.
#[test]
fn mounts_that_are_no_plain_directories() {
    let namespace = Namespace::new();
    let mut gnu = sees("gnu", "ubuntu:latest", "/var/run/app.conf");
    gnu["volumeMounts"][0]["subPath"] = json!("conf/app.conf");
    let mut busybox = sees("busybox", "busybox:latest", "/etc/app.conf");
    busybox["volumeMounts"][0]["subPath"] = json!("conf/app.conf");
    let script = "mkdir /data/conf; echo x > /data/conf/app.conf; echo y > /data/conf/b";
    start(&namespace, &web(script, &[gnu, busybox, sees("link", "nginx:latest", "/var/lock")]));
    let (found, code) = files(&namespace, &["web", "--files"]);
    assert_eq!(code, Some(0));
    let paths = json!({"gnu": "/var/run/app.conf", "busybox": "/etc/app.conf", "link": "/var/lock/conf/app.conf"});
    assert_eq!(file(&found, "conf/app.conf")["paths"], paths);
    assert_eq!(exceptions(&found, "conf/b"), ["gnu outsideSubPath", "busybox outsideSubPath"]);
}

#[test]
fn an_image_with_ls_alone_is_listed_by_that() {
    let namespace = Namespace::new();
    let script = "cp /bin/busybox /tools/ls; cd /data; mkdir sub; touch 'a b' sub/c \"$(printf 'line\\nend')\"; ln -s 'a b' link";
    let mut gnu = with_tools("gnu", "ubuntu:latest", "/gnu");
    gnu["command"] = json!([
        "/bin/sh",
        "-c",
        "/bin/mkdir /gnu; /bin/cp /bin/ls /gnu/ls; /bin/touch /gnu/ready; exec /bin/sleep 86400"
    ]);
    gnu["readinessProbe"] = json!({"exec": {"command": ["/bin/ls", "/gnu/ready"]}, "periodSeconds": 1});
    start(&namespace, &web(script, &[gnu, with_tools("busybox", "busybox:latest", "/tools")]));
    let (found, code) = files(&namespace, &["web", "--files"]);
    assert_eq!(code, Some(0));
    let by = |at: usize| {
        (
            found["views"][at]["container"].clone(),
            found["views"][at]["by"].clone(),
            found["views"][at]["unclearNames"].clone(),
        )
    };
    assert_eq!(by(1), (json!("gnu"), json!("ls"), json!(0)));
    assert_eq!(by(2), (json!("busybox"), json!("ls"), json!(1)));
    for path in ["a b", "sub", "sub/c"] {
        assert!(exceptions(&found, path).is_empty(), "{path}");
    }
    assert_eq!(file(&found, "link")["target"], "a b");
    assert_eq!(file(&found, "line\nend")["paths"], json!({"gnu": "/d/line\nend"}));
    assert_eq!(file(&found, "line?end")["paths"], json!({"busybox": "/d/line?end"}));
    assert!(file(&found, "a b")["modified"].is_string());
    let text = inspect(&namespace, &["web", "--files"]).stdout();
    assert!(text.contains("  ls of busybox does not tell 1 names plainly: ? may be any character."), "{text}");
}

#[test]
fn without_any_tools_it_says_how_to_look() {
    let namespace = Namespace::new();
    let bare = |name: &str| {
        let mut container = sees(name, "ubuntu:latest", "/data");
        container["command"] = json!(["/bin/sleep", "86400"]);
        container["env"] = json!([{"name": "PATH", "value": "/nowhere"}]);
        container
    };
    start(&namespace, &web("touch /data/a", &[bare("app"), bare("shipper")]));
    let ended = inspect(&namespace, &["web", "--files"]);
    assert_eq!(ended.code(), Some(1));
    assert_snapshot!(shown(&namespace, &ended));
    // What it says to do does show the file.
    let debug = ["debug", "web", "--image=busybox:latest", "--image-pull-policy=IfNotPresent", "--profile=general"];
    let command = ["--container=look", "--target=app", "--", "ls", "-lAR", "/proc/1/root/data"];
    namespace.kubectl(&[&debug[..], &command].concat());
    namespace.wait(&["--for=jsonpath={.status.ephemeralContainerStatuses[0].state.terminated.exitCode}=0", "pod/web"]);
    assert!(namespace.kubectl(&["logs", "web", "-c", "look"]).contains(" a\n"));
}

#[test]
fn a_hundred_thousand_files() {
    let namespace = Namespace::new();
    let script = "cd /data && seq -w 1 100000 | sed s/^/f/ | xargs touch";
    start(&namespace, &web(script, &[sees("app", "ubuntu:latest", "/d"), sees("shipper", "busybox:latest", "/d")]));
    let (found, _) = files(&namespace, &["web", "--files"]);
    assert_eq!((&found["total"], &found["truncated"]), (&json!(100_000), &json!(false)));
    let all = found["files"].as_array().unwrap();
    assert_eq!(all.len(), 100_000);
    assert!(all.iter().all(|file| file["paths"].as_object().unwrap().len() == 2));

    let text = inspect(&namespace, &["web", "--files"]).stdout();
    assert_eq!(text.lines().filter(|line| line.starts_with("f0")).count(), 200);
    assert!(text.contains("\n... and 99,800 more: --files='GLOB' narrows it\n"), "{text}");
    let (some, _) = files(&namespace, &["web", "--files=f0000[12]*"]);
    assert_eq!(some["total"], json!(20));

    namespace.exec("web", "app", "touch /d/one-more");
    let (found, _) = files(&namespace, &["web", "--files"]);
    assert_eq!((&found["total"], &found["truncated"]), (&json!(100_001), &json!(true)));
    assert_eq!(found["files"].as_array().unwrap().len(), 100_000);
}

#[test]
fn one_that_hangs_holds_up_nobody() {
    let namespace = Namespace::new();
    let script = "touch /data/a; printf '#!/bin/sh\\nexec /bin/sleep 600\\n' > /tools/find; chmod +x /tools/find";
    let hangs = with_tools("hangs", "busybox:latest", "/tools");
    start(&namespace, &web(script, &[sees("app", "busybox:latest", "/d"), hangs]));
    let (found, code) = files(&namespace, &["web", "--files"]);
    assert_eq!(code, Some(1));
    assert_eq!(found["views"][2]["message"], "it did not answer within 30s");
    assert_eq!(file(&found, "a")["paths"], json!({"app": "/d/a"}));
}

#[test]
fn what_was_told_before_a_container_hung_is_kept() {
    let namespace = Namespace::new();
    let script = "touch /data/a; cd /tools; chmod +x .
        printf '#!/bin/sh\\n[ $2 = /d ] || exec /bin/sleep 600\\nPATH=/bin exec /bin/find \"$@\"\\n' > find; chmod +x find";
    let hangs = with_tools("hangs", "busybox:latest", "/tools");
    start(&namespace, &web(script, &[hangs]));
    let ended = inspect(&namespace, &["web", "--files", "--all-volumes", "-o", "json"]);
    let document: Value = serde_json::from_slice(&ended.stdout).unwrap();
    let volumes = document["files"].as_array().unwrap();
    let of = |name: &str| volumes.iter().find(|volume| volume["volume"] == name).unwrap();
    assert_eq!(file(of("data"), "a")["paths"], json!({"hangs": "/d/a"}));
    assert_eq!(of("tools")["views"][1]["message"], "it did not answer within 30s");
}

#[test]
fn an_interrupt_after_a_proof_is_heard() {
    let namespace = Namespace::new();
    let script = "printf '#!/bin/sh\\nexec /bin/sleep 600\\n' > /tools/find; chmod +x /tools/find";
    let hangs = with_tools("hangs", "busybox:latest", "/tools:/bin");
    start(&namespace, &web(script, &[sees("app", "busybox:latest", "/d"), hangs]));
    let program = Program::start(namespace.sidecar(&["inspect", "web", "--prove", "--files"]));
    namespace.exec("web", "hangs", "timeout 60 sh -c 'until grep -qz ^600 /proc/[0-9]*/cmdline; do :; done'");
    program.interrupt();
    assert_eq!(program.finish().code(), Some(130));
}

/// Where the image has GNU's `timeout`; of BusyBox's see `probe::limit`.
#[test]
fn an_interrupt_leaves_nothing_running() {
    let namespace = Namespace::new();
    let script = "cd /data && seq -w 1 300000 | sed s/^/a-name-that-fills-a-pipe-/ | xargs touch";
    let containers = [sees("app", "ubuntu:latest", "/d"), sees("shipper", "nginx:latest", "/d")];
    start(&namespace, &web(script, &containers));
    let find = "grep -lz ^find /proc/[0-9]*/cmdline";
    let program = Program::start(namespace.sidecar(&["inspect", "web", "--files"]));
    namespace.exec("web", "shipper", &format!("until {find}; do :; done"));
    program.interrupt();
    for container in ["app", "shipper"] {
        let stat = "grep -lz ^stat /proc/[0-9]*/cmdline";
        namespace.exec("web", container, &format!("timeout 65 sh -c 'while {find} || {stat}; do sleep 1; done'"));
    }
}

#[test]
fn a_file_below_a_link_is_not_missing() {
    let namespace = Namespace::new();
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "map"}, "data": {"one": "1"}});
    namespace.create(&map);
    let mut pod = web("true", &[sees("whole", "busybox:latest", "/d"), sees("part", "ubuntu:latest", "/a")]);
    pod["spec"]["volumes"][0] =
        json!({"name": "data", "configMap": {"name": "map", "items": [{"key": "one", "path": "k/a"}]}});
    pod["spec"]["containers"][1]["volumeMounts"][0]["subPath"] = json!("k/a");
    start(&namespace, &pod);
    let (found, _) = files(&namespace, &["web", "--files"]);
    assert_eq!(file(&found, "k/a")["paths"], json!({"part": "/a", "whole": "/d/k/a"}));
    let text = inspect(&namespace, &["web", "--files=k/*"]).stdout();
    assert!(text.lines().any(|line| line.starts_with("k/a ") && line.ends_with("not known of whole")), "{text}");
}

#[test]
fn who_may_not_run_commands_is_told_so_once() {
    let namespace = Namespace::new();
    let kubeconfig = namespace.kubeconfig_of("visitor", &["--verb=get", "--resource=pods"]);
    start(
        &namespace,
        &web("touch /data/a", &[sees("app", "busybox:latest", "/d"), sees("shipper", "busybox:latest", "/d")]),
    );
    let mut inspect = namespace.sidecar(&["inspect", "web", "--files"]);
    inspect.env("KUBECONFIG", kubeconfig.path());
    assert_snapshot!(shown(&namespace, &Program::start(inspect).finish()));
}

#[test]
fn one_pod_that_does_not_run_hides_nothing_of_another() {
    let namespace = Namespace::new();
    let mut waits = web("exit 1", &[sees("app", "busybox:latest", "/d")]);
    waits["metadata"]["name"] = json!("waits");
    namespace.create(&waits);
    namespace.wait(&["--for=jsonpath={.status.phase}=Failed", "pod/waits"]);
    start(&namespace, &web("touch /data/a", &[sees("app", "busybox:latest", "/d")]));
    namespace.kubectl(&["create", "deployment", "idle", "--image=busybox:latest", "--replicas=0"]);
    let ended = inspect(&namespace, &["waits", "web", "gone", "deploy/idle", "--files", "--all-volumes"]);
    let text = ended.stdout();
    assert_eq!(ended.code(), Some(1));
    assert!(text.contains("  fill does not run (Error, exit code 1): it was not looked into.\n"), "{text}");
    assert!(text.contains("  app does not run ("), "{text}");
    let (_, idle) = text.split_once("deployment.apps/idle").unwrap();
    assert!(!idle.contains("Files in") && !idle.contains("--all-volumes"), "a template has no containers: {idle}");
    assert!(text.lines().any(|line| line.starts_with("a ") && line.ends_with(" all")), "{text}");
}
