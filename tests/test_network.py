"""The network: a sentence's vector is the mean of its own tokens, whatever stands beside it in the batch; labels
are given with an eye on the other sentences of the article."""

import numpy as np
import pytest
import torch
from transformers import DistilBertConfig, DistilBertModel

from pipeline.learners.transformer.batches import Batch
from pipeline.learners.transformer.network import from_config, pretrained

CLASSES = {"stance": 3, "frame": 12}


@pytest.fixture(scope="module")
def network(encoder):
    torch.manual_seed(1)
    return pretrained(encoder[0], CLASSES, dropout=0.5).eval()


def batch(rows, sentences):
    """A batch out of rows of (id, slot); shorter rows are padded."""
    width = max(map(len, rows))
    cells = [row + [(0, None)] * (width - len(row)) for row in rows]
    ids = torch.tensor([[i for i, _ in row] for row in cells])
    slots = torch.tensor([[-1 if slot is None else slot for _, slot in row] for row in cells])
    lengths = torch.tensor([len(row) for row in rows])
    mask = (torch.arange(width) < lengths[:, None]).long()
    return Batch(ids, mask, slots, np.array([(0, sentence) for sentence in range(sentences)]))


def places(count):
    """Sentences of one article, two speakers in turn."""
    return torch.tensor([(0, sentence, sentence % 2) for sentence in range(count)])


def answer(network, rows, sentences):
    return network.label(network.read(batch(rows, sentences)), places(sentences))


ONE = [(2, None), (10, 0), (11, 0), (3, None), (12, 1), (3, None)]
OTHER = [(2, None), (20, 2), (21, 2), (22, 2), (23, 2), (24, 2), (25, 2), (3, None)]


@torch.inference_mode()
def test_logits_have_a_row_a_sentence_and_a_column_a_class(network):
    answered = answer(network, [ONE, OTHER], 3)
    assert {head: tuple(values.shape) for head, values in answered.items()} == {"stance": (3, 3), "frame": (3, 12)}
    assert all(values.dtype == torch.float32 for values in answered.values())


@torch.inference_mode()
def test_a_sentence_is_the_mean_of_its_own_tokens(network):
    one = batch([ONE], 2)
    hidden = network.encoder(input_ids=one.ids, attention_mask=one.mask).last_hidden_state[0]
    assert torch.allclose(network.read(one), torch.stack([hidden[1:3].mean(0), hidden[4]]), atol=1e-6)


@torch.inference_mode()
def test_padding_and_the_rest_of_the_batch_change_nothing(network):
    alone, beside = network.read(batch([ONE], 2)), network.read(batch([ONE, OTHER], 3))[:2]
    assert torch.allclose(alone, beside, atol=1e-5)


@torch.inference_mode()
def test_context_counts(network):
    """The same sentence after another header is another vector: windows are read as a whole."""
    other = [(2, None), (50, None), *ONE[1:]]
    assert not torch.allclose(network.read(batch([ONE], 2)), network.read(batch([other], 2)), atol=1e-4)


@torch.inference_mode()
def test_a_row_without_a_token_is_a_number(network):
    """A sentence whose tokens were all cut away must not become NaN and poison the batch."""
    assert torch.isfinite(answer(network, [ONE], 3)["stance"]).all()


@torch.inference_mode()
def test_bfloat16_leaves_the_heads_in_float32(network):
    with torch.autocast("cpu", torch.bfloat16):
        answered = answer(network, [ONE], 2)
    assert answered["stance"].dtype == torch.float32
    assert torch.allclose(answered["stance"], answer(network, [ONE], 2)["stance"], atol=0.05)


def test_dropout_is_on_the_sentence_alone_and_only_in_training(network):
    assert [m.p for m in network.modules() if isinstance(m, torch.nn.Dropout) and m.p > 0] == [0.5]
    with torch.inference_mode():
        assert torch.equal(answer(network, [ONE], 2)["stance"], answer(network, [ONE], 2)["stance"])
        network.train()
        different = not torch.equal(answer(network, [ONE], 2)["stance"], answer(network, [ONE], 2)["stance"])
        network.eval()
    assert different


def test_word_vectors_stay_and_everything_else_learns(network):
    frozen = {name for name, parameter in network.named_parameters() if not parameter.requires_grad}
    assert frozen == {"encoder.embeddings.word_embeddings.weight"}
    assert not [name for name in network.state_dict() if "pooler" in name]


def test_an_encoder_of_another_architecture_is_as_still(tmp_path):
    """Its names for dropout differ; dropout inside the encoder would cost as much as the products themselves."""
    config = DistilBertConfig(vocab_size=80, dim=32, n_layers=1, n_heads=2, hidden_dim=64, dropout=0.3)
    DistilBertModel(config).save_pretrained(tmp_path)
    other = pretrained(tmp_path, CLASSES, dropout=0.5).train()
    assert [m.p for m in other.modules() if isinstance(m, torch.nn.Dropout) and m.p > 0] == [0.5]
    empty = from_config(tmp_path, CLASSES)
    empty.load_state_dict(other.state_dict(), strict=True)


def test_a_network_from_its_config_takes_the_state(network, encoder):
    empty = from_config(encoder[0], CLASSES).eval()
    empty.load_state_dict(network.state_dict(), strict=True)
    with torch.inference_mode():
        assert torch.equal(answer(empty, [ONE, OTHER], 3)["frame"], answer(network, [ONE, OTHER], 3)["frame"])


def test_a_state_with_other_classes_is_refused(network, encoder):
    with pytest.raises(RuntimeError, match="size mismatch"):
        from_config(encoder[0], {"stance": 4, "frame": 12}).load_state_dict(network.state_dict(), strict=True)
