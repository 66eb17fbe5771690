"""BERT written out: the hidden states of Hugging Face's own, whatever the number format, length or company."""

import json

import numpy as np
import pytest
import torch
from transformers import AutoModel

from pipeline.learners.transformer.bert import STEP, Bert, BertShape
from pipeline.learners.transformer.network import PlainReader, pretrained, reader_of

LENGTHS = (1, 2, STEP - 1, STEP, STEP + 1, 100, 511, 512)


@pytest.fixture(scope="module")
def network(encoder):
    return pretrained(encoder[0], {"stance": 3}, dropout=0.1).eval()


@pytest.fixture(scope="module")
def state(network):
    return network.encoder.state_dict()


@pytest.fixture(scope="module")
def shape(encoder):
    found = BertShape.of(json.loads((encoder[0] / "config.json").read_text(encoding="utf-8")))
    assert found == BertShape(layers=2, heads=2, epsilon=1e-12)
    return found


def window(length, seed=0):
    return np.random.default_rng(seed).integers(5, 90, length)


@torch.inference_mode()
def expected(network, ids):
    return network.encoder(input_ids=torch.from_numpy(ids)[None]).last_hidden_state[0]


@torch.inference_mode()
@pytest.mark.parametrize("length", LENGTHS)
def test_fp32_is_hugging_faces_own(network, state, shape, length):
    found = Bert(state, shape, torch.float32).hidden(window(length))
    assert found.shape == (length, 32)
    assert torch.allclose(found, expected(network, window(length)), atol=2e-6)


@torch.inference_mode()
@pytest.mark.parametrize("length", LENGTHS)
def test_bf16_is_near_it(network, state, shape, length):
    found = Bert(state, shape, torch.bfloat16).hidden(window(length))
    assert found.dtype == torch.float32
    error = (found - expected(network, window(length))).norm() / found.norm()
    assert error < 0.02
    assert error > 0, "this was not computed in bf16"


@torch.inference_mode()
def test_scores_too_large_for_powers_are_read_exactly(network, state, shape):
    """Queries a thousand times as long overflow without the maximum taken off."""
    loud = {name: value.clone() for name, value in state.items()}
    for name in loud:
        if "self.query" in name:
            loud[name] *= 1e4
    other = AutoModel.from_config(network.encoder.config, attn_implementation="eager")
    other.pooler = None
    other.load_state_dict(loud)
    ids = window(40)
    found = Bert(loud, shape, torch.float32).hidden(ids)
    wanted = other.eval()(input_ids=torch.from_numpy(ids)[None]).last_hidden_state[0]
    assert torch.allclose(found, wanted, atol=1e-3)


@pytest.mark.parametrize("change", ["missing", "over"])
def test_weights_that_are_not_the_encoders_are_refused(state, shape, change):
    other = dict(state)
    if change == "missing":
        del other["encoder.layer.1.output.dense.bias"]
    else:
        other["encoder.layer.2.output.dense.bias"] = torch.zeros(32)
    with pytest.raises(ValueError, match=r"encoder\.layer\.[12]\.output\.dense\.bias"):
        Bert(other, shape, torch.float32)


@pytest.mark.parametrize(
    "other",
    [
        {"model_type": "mpnet"},
        {"hidden_act": "relu"},
        {"position_embedding_type": "relative_key"},
        {"is_decoder": True},
    ],
)
def test_another_encoder_is_none_of_it(encoder, other):
    config = json.loads((encoder[0] / "config.json").read_text(encoding="utf-8"))
    assert BertShape.of(config | other) is None


@torch.inference_mode()
def test_a_network_of_another_make_reads_by_itself(network, monkeypatch):
    assert isinstance(reader_of(network, "fp32"), Bert)
    monkeypatch.setattr(BertShape, "of", classmethod(lambda cls, config: None))
    reader = reader_of(network, "fp32")
    assert isinstance(reader, PlainReader)
    assert torch.allclose(reader.hidden(window(30)), expected(network, window(30)), atol=1e-6)
    assert (reader.width, reader.engine) == (32, "fp32, bert as it came")
