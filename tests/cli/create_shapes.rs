//! `create` of workloads of one's own, without a cluster: what flags come to, and which of them are refused.

use insta::assert_snapshot;

use super::plugin::{sidecar, sidecar_each};

/// Words with quotes, as a shell splits them.
fn run(line: &str) -> String {
    sidecar(&words(line).iter().map(String::as_str).collect::<Vec<_>>())
}

fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for letter in line.chars() {
        match letter {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words
}

fn each(lines: &[&str]) -> String {
    lines.iter().map(|line| run(line)).collect::<Vec<_>>().join("\n")
}

/// What each combination of flags comes to.
fn manifests(lines: &[&str]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("create --dry-run=client -o yaml {line}")).collect();
    each(&lines.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn the_guides_pod_with_settings_of_ones_own() {
    assert_snapshot!(manifests(&[
        "--env A=1 --limits memory=64Mi --label app=web --port http:80",
        "--native --sidecar-arg sidecar-container=date --container-name web",
        "--sidecar-command 'sidecar-container=tail -F /var/log/nginx/access.log'",
    ]));
}

#[test]
fn pods() {
    assert_snapshot!(manifests(&[
        "shop --kind pod",
        "shop --image shop:1 --sidecar log=busybox:1.36 --volume logs --share logs:/logs",
        "shop --image shop:1 --sidecar log=busybox:1.36 --native --volume logs \
         --mount shop=logs:/var/log/shop --mount log=logs:/logs:ro:sub=a",
        "shop --image shop:1 --sidecar a=busybox:1 --sidecar b=busybox:2 --sidecar-env a=X=1=2 --sidecar-port b=dns:53/udp \
         --sidecar-requests a=cpu=1m --sidecar-limits a=memory=1Mi,cpu=2m --sidecar-image-pull-policy b=Never \
         --sidecar-env-from b=secret:keys",
        "shop --kind pod --image shop:1 --restart Never --service-account builder --annotation 'note=a, b' -l tier=front,x= \
         --env-from configmap:settings --env-from secret/keys --requests cpu=100m,example.com/gpu=1 --limits example.com/gpu=1",
    ]));
}

#[test]
fn each_kind() {
    assert_snapshot!(manifests(&[
        "shop -n demo --kind deployment --image shop:1 --replicas 3 --sidecar log=busybox:1 --volume logs --share logs:/logs",
        "db --kind sts --image postgres:17 --volume data=pvc:10Gi --mount db=data:/data",
        "db --kind statefulset --image postgres:17 --replicas 2 --service-name names --label app=store",
        "agent --kind ds --image agent:1 --volume host=hostpath:/var/log --mount agent=host:/host:ro --volume keys=secret:keys \
         --mount agent=keys:/keys --volume settings=configmap:a --mount agent=settings:/etc/a --volume data=pvc:claim \
         --mount agent=data:/data --volume ram=emptyDir:1Gi:memory --mount agent=ram:/ram",
        "import --kind job --image import:2 --sidecar proxy=proxy:1",
        "import --kind job --image import:2 --sidecar proxy=proxy:1 --native=false --restart OnFailure",
        "report --kind cronjob --schedule '30 2 * * 1-5' --image busybox:1",
    ]));
}

#[test]
fn presets() {
    assert_snapshot!(manifests(&[
        "--preset tail-logs",
        "shop --kind job --image shop:1 --preset cat-logs --sidecar-env cat-logs=A=1 --annotate",
        "shop --preset tail-logs --preset nginx-exporter --native=false",
        "shop --preset tail-logs --volume shared-logs=emptyDir:1Gi",
        "shop -n demo --kind deployment --image shop:1 --preset shell --preset shell,name=other",
        "shop --image shop:1 --preset nginx-proxy --port http:3000",
        "shop.example --preset tail-logs --preset tail-logs,name=other,file=b.log",
    ]));
    assert_snapshot!(each(&[
        "create --preset tail-log",
        "create --preset tail-logs,pth=/a",
        "create --preset tail-logs --preset tail-logs",
        "create --preset tail-logs,user=3000000000",
        "create --preset-file no-such-file.yaml",
        "create --preset-file tests/fixtures/presets/hello.yaml,pth=/a",
        "create --preset ,a=b",
        "create --preset-file a.yaml,path",
    ]));
}

#[test]
fn commands() {
    assert_snapshot!(manifests(&[
        "a --kind pod -- --verbose -x",
        "a --kind pod --command -- sh -c 'date; date'",
        "a --kind pod --command 'sh -c' --arg 'date; date'",
        "a --kind pod --arg --verbose --arg=-x",
        "a --kind pod --command 'sh -c' --arg 'set -e\nwhile true; do\n  date\ndone\n'",
    ]));
}

#[test]
fn line_by_line() {
    assert_snapshot!(manifests(&[
        "shop --kind deployment --image shop:1 --sidecar log=busybox:1 --sidecar-command 'log=tail -n+1 -F /logs/a.log' \
         --volume logs=emptyDir:64Mi --mount shop=logs:/var/log/shop --mount log=logs:/logs:ro --native \
         --requests cpu=100m,memory=64Mi --limits memory=64Mi --port http:8080 --env A=1 --save-config --annotate",
        "report --kind cronjob --schedule @daily --image busybox:1 --annotate -- date",
        "db --kind sts --image postgres:17 --volume data=pvc:10Gi --share data:/data --env-from secret:db --annotate",
    ]));
}

#[test]
fn what_kubectl_would_do() {
    assert_snapshot!(each(&[
        "create a --kind deployment --image a:1 --replicas 2 --show-kubectl --timeout 0",
        "create a --kind job --image a:1 --show-kubectl",
        "create a --kind cronjob --schedule '* * * * *' --image a:1 --show-kubectl",
        "create a --kind ds --image a:1 --show-kubectl -n demo",
        "create a --kind pod --image a:1 --show-kubectl --wait=false",
        "create a --kind pod --image a:1 --env 'A=a b' --port http:80 --labels x=y,z=1 --annotation 'b=c d' --restart Never \
         --image-pull-policy Never --show-kubectl --dry-run=server -- --verbose",
        "create a --kind pod --image a:1 --command 'sh -c' --arg 'date; date' --show-kubectl --dry-run=client -o name",
        "create a --kind cronjob --schedule @hourly --image a:1 --restart Never --command date --show-kubectl -n demo",
        "create a --kind deploy --image a:1 --port 80 --show-kubectl --timeout 1m --preset shell --command -- sh -c 'sleep 9'",
    ]));
}

#[test]
fn names_of_what_was_made() {
    assert_snapshot!(sidecar_each(&[
        "create a --kind pod --dry-run=client -o name",
        "create a --kind deploy --image a --dry-run=client",
        "create a --kind sts --image a --dry-run=client",
        "create a --kind ds --image a --dry-run=client -o name",
        "create a --kind job --image a --dry-run=client",
        "create a --kind cj --schedule @hourly --image a --dry-run=client -o name",
    ]));
}

#[test]
fn what_is_hardly_meant() {
    assert_snapshot!(each(&[
        "create a --sidecar log=busybox --volume logs --dry-run=client",
        "create a --sidecar log=busybox --volume logs --mount log=logs:/logs:ro --dry-run=client",
        "create a --kind job --image a --sidecar log=busybox --native=false --dry-run=client",
        "create a --kind pod --limits memory=100m --dry-run=client",
        "create a --env A=1 --env A=2 --port 80 --port 80 --dry-run=client",
        "create a --sidecar b=busybox --sidecar-port b=80 --port 80 --dry-run=client",
        "create a --kind sts --image a --volume d=pvc:10 --share d:/d --dry-run=client",
        "create a --preset nginx-proxy --port 8080 --dry-run=client",
        "create a --preset nginx-proxy,name=p,port=9000,to=80 --port 9000 --dry-run=client",
        "create a --preset nginx-exporter --port 8080 --dry-run=client",
    ]));
}

#[test]
fn mistakes_in_one_flag() {
    assert_snapshot!(each(&[
        "create a --volume logs=emptydirr",
        "create a --volume logs=pvc",
        "create a --volume logs=emptyDir:64mb",
        "create a --volume Logs",
        "create a --volume data=pvc:10Gi --share data:/data",
        "create a --volume keys=hostpath:var/log --share keys:/a",
        "create a --share logs",
        "create a --volume logs --mount a=logs:/a:so",
        "create a --sidecar log",
        "create a --sidecar log=",
        "create a --sidecar Log=busybox",
        "create a --env A",
        "create a --env ä=1",
        "create a --image NGINX:Alpine",
        "create a --image nginx:",
        "create a --image 'a b'",
        "create a --sidecar log=Busybox",
        "create a --volume data=pvc:claim:r",
        "create a --env-from secrets:a",
        "create a --port 70000",
        "create a --port HTTP:80",
        "create a --limits memory=64mb",
        "create a --requests mem=64Mi",
        "create a --requests cpu=2 --limits cpu=1",
        "create a --labels app",
        "create a --labels 'app=a b'",
        "create a --service-account Builder",
        "create a --command 'sh -c \"'",
        "create a --kind cronjob --image a --schedule '* * * *'",
        "create a --kind cronjob --image a --schedule '61 * * * *'",
        "create a --kind cronjob --image a --schedule '@every 1d'",
        "create a --kind deploymnt",
        "create a --restart never",
        "create a --validate=maybe",
        "create a --replicas=-1 --kind deployment",
    ]));
}

#[test]
fn names_that_are_not_there() {
    assert_snapshot!(each(&[
        "create a --volume logs --share log:/logs",
        "create a --volume logs --share data:/data",
        "create a --share logs:/logs --kind pod",
        "create a --sidecar log=busybox --volume logs --mount lgo=logs:/logs",
        "create a --sidecar log=busybox --sidecar-arg lgo=x",
        "create a --sidecar-env log=A=1",
        "create a --sidecar log=busybox --sidecar-image-pull-policy log=always",
    ]));
}

/// Flags that are right alone.
#[test]
fn flags_and_flags() {
    assert_snapshot!(each(&[
        "create a --sidecar a=busybox",
        "create a --sidecar log=busybox --sidecar log=busybox",
        "create a --volume logs --volume logs --share logs:/logs",
        "create a --volume logs --share logs:/logs --mount a=logs:/logs",
        "create a --volume one --volume two --share one:/a --share two:/a",
        "create a --kind job --image a --labels job-name=b",
        "create a --sidecar log=busybox --annotation kubectl.kubernetes.io/default-container=lgo",
        "create a --volume logs --mount a=logs:/logs:sub=a:sub=b",
        "create a --requests cpu=100mi",
        "create a --labels a=1 --labels a=2",
        "create a --kind deployment",
        "create a --kind cronjob --image a",
        "create a --replicas 2",
        "create a --kind job --image a --replicas 2",
        "create a --kind deployment --image a --schedule @daily",
        "create a --kind deployment --image a --service-name a",
        "create a --kind deployment --image a --restart Never",
        "create a --kind job --image a --restart Always",
        "create a --kind pod --sidecar-image busybox",
        "create a --command",
        "create a --command sh --command -- date",
        "create a --kind cronjob --schedule @daily --image a --annotate --dry-run=client",
    ]));
    let long = "x".repeat(253);
    let line = format!("{long} --kind deployment --image a --sidecar b=b");
    let manifest = manifests(&[&line]);
    let app = format!("app: {}-ed76e837\n", "x".repeat(54));
    let container = format!("- name: {}\n", "x".repeat(63));
    assert!(manifest.matches(&app).count() == 3 && manifest.contains(&container), "{manifest}");
    let told = sidecar(&["create", &long, "--kind", "ds", "--image", "a", "--dry-run=client"]);
    assert!(told.contains("Warning: a DaemonSet of a name of more than 242 bytes gets no pods"), "{told}");
    let long = "x".repeat(60);
    let error = sidecar(&["create", &long, "--kind", "cronjob", "--schedule", "@daily", "--image", "a"]);
    assert!(error.contains("\": must be no more than 52 bytes\n"), "{error}");
}
