//! Presets whose programs are not Debian's: nginx-exporter, built from its Go module, and git-sync, with git in its place.

use serde_json::json;

use crate::presets::{LAST_WORD, end, ending, filled, main, nginx, pod, ready};
use crate::support::{Namespace, Program, node};

#[test]
fn the_exporter_tells_what_nginx_did() {
    const STATUS: &str = "echo 'server { listen 127.0.0.1:8080; location /stub_status { stub_status; } }' \
                          > /etc/nginx/conf.d/status.conf; exec nginx -g 'daemon off;'";
    let namespace = Namespace::new();
    let mut main = nginx();
    main["command"] = json!(["/bin/sh", "-c", STATUS]);
    ready(&namespace, &pod(main, &[filled("nginx-exporter")]));
    let metric = |name: &str| {
        let metrics = namespace.kubectl(&[
            "exec",
            "webserver",
            "-c",
            "nginx-container",
            "--",
            "curl",
            "-sSf",
            "http://127.0.0.1:9113/metrics",
        ]);
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in {metrics}")).parse::<u32>().unwrap()
    };
    assert_eq!(metric("nginx_up"), 1);
    let before = metric("nginx_http_requests_total");
    for _ in 0..5 {
        namespace.exec("webserver", "nginx-container", "curl -s http://127.0.0.1/ > /dev/null");
    }
    // Each look at the status page is a request, too.
    assert_eq!(metric("nginx_http_requests_total"), before + 6);
    end(&namespace);
    assert_eq!(ending(&namespace, "nginx-exporter").0, 0);
}

/// Does by git what git-sync is told by its options, in the folders that git-sync uses.
const BY_GIT: &str = r#"
set -eu
trap 'exit 0' TERM
export HOME=/tmp
for word; do
    case $word in
    --repo=*) repo=${word#*=} ;; --ref=*) ref=${word#*=} ;; --depth=*) depth=${word#*=} ;;
    --period=*) period=${word#*=} ;; --root=*) root=${word#*=} ;; --link=*) link=${word#*=} ;;
    *) echo "not known: $word"; exit 2 ;;
    esac
done
until [ -e /repository/now ]; do sleep 0.1; done
git init -q "$root/.repo"
cd "$root/.repo"
while true; do
    git fetch -q --depth="$depth" "$repo" "$ref"
    commit=$(git rev-parse FETCH_HEAD)
    if [ ! -e "$root/.worktrees/$commit" ]; then
        git worktree add -q --detach "$root/.worktrees/$commit" "$commit"
        ln -s ".worktrees/$commit" "$root/.next"
        mv -T "$root/.next" "$root/$link"
    fi
    sleep "$period" & wait $!
done
"#;

/// With the container, the volumes, the probe and the options of the preset: only the program is another one.
#[test]
fn the_files_of_a_repository_are_there_first_and_follow_it() {
    const COMMIT: &str = "export HOME=/tmp; cd /repository/site && echo \"$WORD\" > page && git add page \
                          && git -c user.name=a -c user.email=a@b.example commit -qm \"$WORD\"";
    let namespace = Namespace::new();
    let image = "alpine/git:latest";
    let mut sidecar = filled(&format!("git-sync,repo=file:///repository/site,ref=main,period=1s,image={image}"));
    sidecar.container.command = Some(["/bin/sh", "-c", BY_GIT, "git-sync"].map(str::to_owned).to_vec());
    let mut pod = pod(main(&format!("cat /git/current/page; {LAST_WORD}")), &[sidecar]);
    let repository = json!({"name": "repository", "mountPath": "/repository"});
    let spec = &mut pod["spec"];
    spec["volumes"].as_array_mut().unwrap().push(json!({"name": "repository", "emptyDir": {}}));
    let git_sync = &mut spec["initContainers"][0];
    git_sync["volumeMounts"].as_array_mut().unwrap().push(repository.clone());
    let before = json!({
        "name": "before", "image": image, "imagePullPolicy": "IfNotPresent", "volumeMounts": [repository],
        "command": ["/bin/sh", "-c", format!("set -e; git init -qb main /repository/site; WORD=one; {COMMIT}")],
        "securityContext": {"runAsUser": 65533, "runAsGroup": 65533},
    });
    spec["initContainers"].as_array_mut().unwrap().insert(0, before);
    namespace.create(&pod);
    let args = ["-n", namespace.name(), "get", "events", "--watch", "--field-selector", "reason=Unhealthy"];
    Program::start(node().kubectl_command(&args)).wait_for("Startup probe failed");
    namespace.exec("webserver", "git-sync", "touch /repository/now");
    namespace.wait(&["--for=condition=Ready", "pod/webserver"]);
    assert_eq!(namespace.kubectl(&["logs", "webserver", "-c", "main"]), "one\n");
    namespace.exec("webserver", "git-sync", &format!("WORD=two; {COMMIT}"));
    let seen = "until grep -qx two /git/current/page; do sleep 0.2; done; cat /git/current/page";
    let args = ["exec", "webserver", "-c", "main", "--", "timeout", "60", "/bin/sh", "-c", seen];
    assert_eq!(namespace.kubectl(&args), "two\n");
    let args = ["-n", namespace.name(), "exec", "webserver", "-c", "main", "--", "touch", "/git/new"];
    assert!(!node().try_kubectl(&args, "").status.success(), "the main container can write");
    end(&namespace);
    assert_eq!(ending(&namespace, "git-sync").0, 0);
}
