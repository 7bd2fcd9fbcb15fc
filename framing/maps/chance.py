"""What chance adds to the distances of groups on a map: a test whether they differ, and their places without it."""

import numpy as np
from scipy import sparse

from framing.inference import FEW_UNITS
from framing.maps.kernels import grams
from framing.messages import mark

FEW = mark("fewer than 3 articles or clusters in a group: no test and no region")
SAME = 1 + 1e-9  # ratios that differ by less are the same
ROUNDING = 1e-12  # of the squares that cancel, which are at least 1


class Sample:
    """The clusters of articles of several groups that hold any of the terms; one in two groups has a row in each.

    Attributes
    ----------
    group
        Number of the group of each row.
    n_clusters
        Clusters of each group.
    """

    def __init__(self, table: sparse.csr_array, group: np.ndarray, cluster: np.ndarray):
        n_groups, used = int(group.max()) + 1, table.sum(axis=1) > 0
        table, group, cluster = table[used], group[used], cluster[used]
        keys, row = np.unique(cluster * n_groups + group, return_inverse=True)
        adding = sparse.csr_array((np.ones(len(row)), (row, np.arange(len(row)))), shape=(len(keys), len(row)))
        self._table = sparse.csr_array(adding @ table, dtype=float)
        self.group, self._cluster = (keys % n_groups).astype(np.int8), keys // n_groups
        self.n_clusters = np.bincount(self.group, minlength=n_groups)
        sums = np.stack([self._table[self.group == g].sum(axis=0) for g in range(n_groups)])
        self._average = sums.sum(axis=0) / sums.sum()
        with np.errstate(divide="ignore", invalid="ignore"):
            profiles = sums / sums.sum(axis=1, keepdims=True)
            self._apart = np.nan_to_num((profiles - self._average) / np.sqrt(self._average))

    @property
    def few(self) -> bool:
        """Whether a group has too few clusters for a test."""
        return self.n_clusters.min() < FEW_UNITS

    def of(self, first: int, second: int) -> "Sample":
        """Two of the groups alone."""
        here = np.isin(self.group, (first, second))
        return Sample(self._table[here], (self.group[here] == second).astype(np.int64), self._cluster[here])

    def _grams(self, labels: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, ...]:
        table = self._table
        return grams(table.indptr, table.indices, table.data, labels, weights, self._average, self._apart)

    def _as_it_is(self) -> tuple[np.ndarray, ...]:
        return self._grams(self.group[None], np.ones((1, len(self.group)), np.uint8))

    def test(self, replicates: int, seed: int) -> float:
        """p-value that no group differs from another, by permutation; missing where too little varies."""
        if self.few:
            return np.nan
        mass, gram, product, chance = self._as_it_is()
        if (chance * self.n_clusters).max() <= ROUNDING:  # clusters that never differ
            return np.nan
        seen = _ratio(mass, gram, product, chance)
        labels = self._relabelled(replicates, np.random.default_rng(seed))
        drawn = _ratio(*self._grams(labels, np.ones((1, len(self.group)), np.uint8)))
        return float((1 + (drawn * SAME >= seen).sum()) / (1 + replicates))

    def _relabelled(self, replicates: int, rng: np.random.Generator) -> np.ndarray:
        """Groups in another order: among the clusters of one group, and within each that has several."""
        labels = np.tile(self.group, (replicates, 1))
        alone = np.bincount(self._cluster)[self._cluster] == 1
        labels[:, alone] = rng.permuted(labels[:, alone], axis=1)
        shared = np.flatnonzero(~alone)  # cluster by cluster, as all rows are
        labels[:, shared] = self.group[shared][
            np.argsort(self._cluster[shared] + rng.random((replicates, len(shared))))
        ]
        return labels

    def places(self, plain: np.ndarray, replicates: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Principal coordinates of the groups without chance, turned to ``plain``, and second moments about them."""
        mass, gram, _, chance = (part[0] for part in self._as_it_is())
        added = _added(mass, chance)
        place = _turned(_coordinates(mass, gram - added, plain.shape[1]), plain)
        rng, sizes = np.random.default_rng(seed), self.n_clusters
        drawn = [rng.multinomial(n - 1, np.full(n, 1 / n), size=replicates).astype(np.uint8) for n in sizes]
        weights = np.empty((replicates, len(self.group)), np.uint8)
        for g, of_group in enumerate(drawn):
            weights[:, self.group == g] = of_group
        masses, grammed, product, chances = self._grams(self.group[None], weights)
        # the sample's groups lie too far out: resample about the places without chance, move @ profiles
        root = _root(gram)
        inverse = np.linalg.pinv(root, rcond=1e-6, hermitian=True)
        move = inverse @ _root(root @ _positive(gram - added) @ root) @ inverse - np.eye(len(mass))
        moved = move @ product
        grammed = grammed + moved + np.swapaxes(moved, 1, 2) + move @ gram @ move.T - _added(masses, chances)
        apart = _turned(_coordinates(masses, grammed, plain.shape[1]), place[:, :2]) - place[:, :2]
        return place, np.einsum("bgx,bgy->gxy", apart, apart) / replicates


def _ratio(mass, gram, _, chance) -> np.ndarray:
    """Inertia over what chance adds to it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.einsum("bg,bgg->b", mass, gram) / (mass * (1 - mass) * chance).sum(axis=1)


def _added(mass: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """A diag(b) A' with A = I − 1r': what chance adds to a Gram matrix about the average."""
    centred = np.eye(mass.shape[-1]) - mass[..., None, :]
    return centred @ (chance[..., None] * np.swapaxes(centred, -1, -2))


def _coordinates(mass: np.ndarray, gram: np.ndarray, axes: int) -> np.ndarray:
    root = np.sqrt(mass)
    values, vectors = np.linalg.eigh(root[..., :, None] * gram * root[..., None, :])
    values, vectors = values[..., ::-1][..., :axes], vectors[..., ::-1][..., :axes]
    return vectors * np.sqrt(values.clip(0))[..., None, :] / root[..., None]


def _turned(places: np.ndarray, towards: np.ndarray) -> np.ndarray:
    """Rotated and reflected, not scaled, to lie as near as can be (orthogonal Procrustes)."""
    left, _, right = np.linalg.svd(np.swapaxes(places, -1, -2) @ towards, full_matrices=False)
    return places @ (left @ right)


def _positive(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * values.clip(0)) @ vectors.T


def _root(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(values.clip(0))) @ vectors.T
