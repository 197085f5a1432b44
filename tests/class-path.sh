# To be sourced, with the project's folder in $root.

# Compiles a module's tests and prints the class path that runs them.
class_path() {
    local module=$1 file
    file=$(mktemp)
    (cd "$root" && ./mvnw -q -B -pl "$module" -am test-compile \
        dependency:build-classpath -Dmdep.outputFile="$file" 1>&2)
    echo "$root/$module/target/test-classes:$root/$module/target/classes:$(cat "$file")"
    rm -f "$file"
}
