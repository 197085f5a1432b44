package org.almaflow.observer.report;

/** Finds places for the lines of a legend. */
final class Places {
    private Places() {}

    /**
     * Places in the same order, at least {@code gap} apart and between {@code low} and {@code
     * high}, each near to where it is wanted. When there is no room for that, they go on below
     * {@code high}.
     *
     * @param wanted in rising order
     */
    static double[] apart(double[] wanted, double gap, double low, double high) {
        double[] places = wanted.clone();
        for (int i = 0; i < places.length; i++) {
            double free = i == 0 ? low : places[i - 1] + gap;
            places[i] = Math.max(places[i], free);
        }
        for (int i = places.length - 1; i >= 0; i--) {
            double free = i == places.length - 1 ? high : places[i + 1] - gap;
            places[i] = Math.min(places[i], free);
        }
        for (int i = 0; i < places.length; i++) {
            double free = i == 0 ? low : places[i - 1] + gap;
            places[i] = Math.max(places[i], free);
        }
        return places;
    }
}
